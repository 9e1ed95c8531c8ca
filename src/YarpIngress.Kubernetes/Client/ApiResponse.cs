namespace YarpIngress.Kubernetes;

/// <summary>An answer whose body is still coming. Its token ends when the caller cancels or the server stays silent for too long.</summary>
internal sealed class ApiResponse(HttpResponseMessage message, Patience patience, string request) : IDisposable
{
    public string Request => request;

    public Patience Patience => patience;

    public Task<Stream> OpenAsync() => message.Content.ReadAsStreamAsync(patience.Token);

    public void Dispose()
    {
        message.Dispose();
        patience.Dispose();
    }
}
