using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;

namespace YarpIngress.Proxy.Clients;

/// <summary>
/// One client for each distinct configuration, shared by all clusters that have it: a client per cluster costs some
/// 12 KB and its own timers each, and 20,000 of them triple the time of a request.
/// </summary>
internal sealed class HttpClients(IMeterFactory meters) : IDisposable
{
    private readonly ConcurrentDictionary<HttpClientKey, HttpMessageInvoker> _clients = new();

    /// <summary>The client with these settings.</summary>
    public HttpMessageInvoker Get(HttpClientKey settings) => _clients.GetOrAdd(settings, Create);

    /// <summary>
    /// Forgets a client that no cluster has any more. It is not disposed of: requests may still use it, and its connections end by
    /// themselves.
    /// </summary>
    public void Forget(HttpClientKey settings) => _clients.TryRemove(settings, out _);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private HttpMessageInvoker Create(HttpClientKey settings)
    {
        var config = settings.Config;
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
            ConnectTimeout = settings.ConnectTimeout,
            PooledConnectionIdleTimeout = settings.KeepAlive.Timeout,
            // None is used a second time where none may wait.
            PooledConnectionLifetime = settings.KeepAlive.Connections == 0 ? TimeSpan.Zero : settings.KeepAlive.Time,
            // A pod that does not answer 100 Continue gets the body after a second.
            Expect100ContinueTimeout = TimeSpan.FromSeconds(1),
            PlaintextStreamFilter = static (context, _) => new(EarlyAnswers.Over(context)),
            EnableMultipleHttp2Connections = config.EnableMultipleHttp2Connections ?? true,
            MaxConnectionsPerServer = config.MaxConnectionsPerServer ?? int.MaxValue,
            RequestHeaderEncodingSelector = Selector(config.RequestHeaderEncoding),
            ResponseHeaderEncodingSelector = Selector(config.ResponseHeaderEncoding),
        };
        if (settings.MaximumHeadSize is { } size)
            handler.MaxResponseHeadersLength = (size + 1023) / 1024;
        var tls = new BackendTls(settings);
        // The handler would send the request's host as the name in the handshake, and nothing else.
        if (settings.OwnHandshake)
            handler.ConnectCallback = tls.ConnectAsync;
        else
            handler.SslOptions = tls.Options();
        return new HttpMessageInvoker(new SingleDelivery(new UnbufferedUploads(handler, settings.SendTimeout)));
    }

    private static HeaderEncodingSelector<HttpRequestMessage>? Selector(string? name)
    {
        if (name is null)
            return null;
        var encoding = Encoding.GetEncoding(name);
        return (_, _) => encoding;
    }
}
