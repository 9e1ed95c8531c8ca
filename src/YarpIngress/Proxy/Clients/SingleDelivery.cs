namespace YarpIngress.Proxy.Clients;

/// <summary>
/// Sends a request that is not idempotent once. SocketsHttpHandler sends a request without a body again, up to three
/// times, when the connection closes before an answer: right for an idle connection that a pod closes, and for GET; but a
/// pod that fails in the middle of a POST would run it four times. A body that is empty makes the difference.
/// </summary>
internal sealed class SingleDelivery(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null && IsNotIdempotent(request.Method.Method))
            request.Content = new ByteArrayContent([]);
        return base.SendAsync(request, cancellationToken);
    }

    // The list of nginx, whose proxy-next-upstream leaves them alone too; methods are case-sensitive.
    private static bool IsNotIdempotent(string method) => method is "POST" or "PATCH" or "LOCK";
}
