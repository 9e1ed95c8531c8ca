using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Authentication;
using System.Text;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace YarpIngress.Proxy;

/// <summary>
/// One client for each distinct configuration, shared by all clusters that have it: a client per cluster costs some
/// 12 KB and its own timers each, and 20,000 of them triple the time of a request.
/// </summary>
internal sealed class HttpClients(IMeterFactory meters) : IForwarderHttpClientFactory, IDisposable
{
    private readonly ConcurrentDictionary<HttpClientConfig, HttpMessageInvoker> _clients = new();

    /// <inheritdoc/>
    public HttpMessageInvoker CreateClient(ForwarderHttpClientContext context) => _clients.GetOrAdd(context.NewConfig, Create);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private HttpMessageInvoker Create(HttpClientConfig config)
    {
        var handler = new SocketsHttpHandler
        {
            // The client's answer is the pod's answer: nothing is followed, unpacked, remembered or sent elsewhere.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            // Trace headers pass as any other; this process adds none.
            ActivityHeadersPropagator = null,
            MeterFactory = meters,
            // ingress-nginx: proxy-connect-timeout.
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // ingress-nginx: upstream-keepalive-timeout.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            // Not for the sake of the connection, but of names (ExternalName) whose addresses change.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // A pod that does not answer 100 Continue gets the body after a second.
            Expect100ContinueTimeout = TimeSpan.FromSeconds(1),
            PlaintextStreamFilter = static (context, _) => new(EarlyAnswers.Over(context)),
            EnableMultipleHttp2Connections = config.EnableMultipleHttp2Connections ?? true,
            MaxConnectionsPerServer = config.MaxConnectionsPerServer ?? int.MaxValue,
            RequestHeaderEncodingSelector = Selector(config.RequestHeaderEncoding),
            ResponseHeaderEncodingSelector = Selector(config.ResponseHeaderEncoding),
        };
        handler.SslOptions.EnabledSslProtocols = config.SslProtocols ?? SslProtocols.None;
        if (config.DangerousAcceptAnyServerCertificate == true)
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        return new HttpMessageInvoker(new SingleDelivery(new UnbufferedUploads(handler)));
    }

    private static HeaderEncodingSelector<HttpRequestMessage>? Selector(string? name)
    {
        if (name is null)
            return null;
        var encoding = Encoding.GetEncoding(name);
        return (_, _) => encoding;
    }
}
