namespace YarpIngress.Proxy;

/// <summary>
/// Has SocketsHttpHandler speak HTTP/1.1 over connections that are TLS already: it would send the request's host as the name in
/// the handshake, and nothing else. In HTTP/1.1 no scheme goes over the wire, so a pod does not see the difference.
/// </summary>
internal sealed class HandshakeBelow(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // The target stays byte for byte what it was.
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var target = request.RequestUri!.OriginalString;
        request.RequestUri = new Uri(string.Concat("http", target.AsSpan("https".Length)), AsSent);
        return base.SendAsync(request, cancellationToken);
    }
}
