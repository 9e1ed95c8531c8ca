using Yarp.ReverseProxy.Configuration;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Proxy.Clients;

/// <summary>All that one HTTP client differs by from another one.</summary>
/// <param name="Config">What YARP's configuration says.</param>
/// <param name="ConnectTimeout"><c>proxy-connect-timeout</c>.</param>
/// <param name="SendTimeout"><c>proxy-send-timeout</c>, where it is shorter than the timeout of everything; otherwise null.</param>
/// <param name="MaximumHeadSize">How many bytes the head of an answer may have; null for what is usual.</param>
/// <param name="Tls"><c>proxy-ssl-*</c>; null for the usual.</param>
/// <param name="Credentials">What the Secret of <paramref name="Tls"/> holds.</param>
/// <param name="OwnHandshake">Whether TLS is made by hand, so that the name in the handshake is another than the request's host.</param>
/// <param name="KeepAlive">How long connections wait and serve.</param>
internal sealed record HttpClientKey(
    HttpClientConfig Config,
    TimeSpan ConnectTimeout,
    TimeSpan? SendTimeout,
    int? MaximumHeadSize,
    BackendTlsPolicy? Tls,
    BackendCredentials? Credentials,
    bool OwnHandshake,
    UpstreamKeepAlive KeepAlive)
{
    /// <summary>Those of a backend.</summary>
    public static HttpClientKey Of(Backend backend, HttpClientConfig config, UpstreamKeepAlive keepAlive)
    {
        var policy = backend.Key.Policy ?? BackendPolicy.None;
        var read = policy.ReadTimeout ?? BackendPolicy.DefaultActivityTimeout;
        var send = policy.SendTimeout ?? BackendPolicy.DefaultActivityTimeout;
        var tls = backend.Protocol is BackendProtocol.Https or BackendProtocol.Grpcs or BackendProtocol.Auto ? policy.Tls : null;
        return new HttpClientKey(
            config,
            policy.ConnectTimeout ?? BackendPolicy.DefaultConnectTimeout,
            send < read ? send : null,
            policy.MaximumHeadSize,
            tls,
            backend.Credentials,
            OwnHandshake: tls?.SendName is not null,
            keepAlive);
    }
}
