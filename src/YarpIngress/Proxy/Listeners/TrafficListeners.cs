using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using YarpIngress.Layer4.Passthrough;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Proxy.Listeners.ProxyProtocol;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Proxy.Listeners;

/// <summary>Kestrel's endpoints and limits for traffic. Limits are those of ingress-nginx where it has them.</summary>
internal sealed class TrafficListeners(
    DataPlaneOptions dataPlane, Handshakes handshakes, ProxyConnections proxies, PassthroughListener passthrough)
    : IPostConfigureOptions<KestrelServerOptions>
{
    /// <summary>After Kestrel's own set-up, which gives it the services that TLS needs.</summary>
    public void PostConfigure(string? name, KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        // Bytes pass as they are; UTF-8 would refuse or replace those that are none.
        options.RequestHeaderEncodingSelector = static name => name == HeaderNames.ContentLength
            ? DigitsEncoding.Instance
            : Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        SetLimits(options.Limits, dataPlane.StalledClientTimeout);

        IReadOnlyList<IPAddress> addresses = dataPlane.BindAddresses is { Count: > 0 } some ? some : [IPAddress.IPv6Any];
        foreach (var address in addresses)
        {
            if (dataPlane.HttpPort is { } http)
            {
                var port = new CleartextPort(address, http);
                options.Listen(new CleartextEndPoint(port, http2: false), listen => listen.Protocols = HttpProtocols.Http1);
                options.Listen(new CleartextEndPoint(port, http2: true), listen => listen.Protocols = HttpProtocols.Http2);
            }
            if (dataPlane.HttpsPort is { } https)
            {
                options.Listen(new TlsEndPoint(address, https), listen =>
                {
                    listen.Protocols = HttpProtocols.Http1AndHttp2;
                    // Before TLS: a proxy's header is the first thing on a connection.
                    listen.Use(next => connection => proxies.IsOn ? ProxiedAsync(connection, next) : next(connection));
                    if (dataPlane.EnableSslPassthrough)
                        listen.Use(next => connection => passthrough.ServeAsync(connection, next));
                    listen.UseHttps(new TlsHandshakeCallbackOptions
                    {
                        OnConnection = handshake => new(handshakes.OptionsFor(handshake)),
                    });
                });
            }
        }
    }

    private async Task ProxiedAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await proxies.AcceptAsync(connection, connection.ConnectionClosed))
            await next(connection);
        else
            connection.Abort();
    }

    private static void SetLimits(KestrelServerLimits limits, TimeSpan stalledClientTimeout)
    {
        // A flood of resets is ended by Kestrel, which counts streams until they are done.
        ListenerLimits.Set(limits, new ListenerSettings());
        limits.MaxRequestHeaderCount = 256;
        // Bodies stream through in any size, and at any speed: a stream that stands still for 60 seconds is ended by the
        // forwarder's activity timeout.
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        // The forwarder does not see how the end of an answer, or one of ours, gets to the client: without a limit a client
        // that opens streams with windows of nothing would keep them for ever. Slower than this is no modem.
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: stalledClientTimeout);
    }
}
