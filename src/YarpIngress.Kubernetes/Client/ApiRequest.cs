namespace YarpIngress.Kubernetes;

/// <summary>One request; a value, so that it can be sent again.</summary>
internal sealed record ApiRequest(HttpMethod Method, string PathAndQuery, byte[]? Body = null, string? ContentType = null)
{
    /// <summary>How long the server may stay silent before and while it answers.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}
