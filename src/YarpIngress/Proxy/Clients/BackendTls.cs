using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Proxy.Clients;

/// <summary>The TLS of the connections to endpoints: what is presented, and how endpoints are verified.</summary>
internal sealed class BackendTls
{
    // TLS Web Server Authentication.
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly HttpClientKey _settings;
    private readonly BackendTlsPolicy _policy;
    private readonly X509Certificate2Collection _authorities;
    private readonly SslStreamCertificateContext? _certificate;

    public BackendTls(HttpClientKey settings)
    {
        _settings = settings;
        _policy = settings.Tls ?? BackendTlsPolicy.None;
        _authorities = [.. (settings.Credentials?.Authorities ?? []).Select(der => X509CertificateLoader.LoadCertificate(der.Span))];
        _certificate = settings.Credentials?.Certificate is { } certificate ? ServerCertificate.ContextOf(certificate) : null;
    }

    /// <summary>For a handler that makes the handshake itself.</summary>
    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = _settings.Config.SslProtocols ?? SslProtocols.None,
            RemoteCertificateValidationCallback = _policy.Verify ? IsTrusted : static (_, _, _, _) => true,
            ClientCertificateContext = _certificate,
        };
        if (_policy.Ciphers is { } ciphers && !OperatingSystem.IsWindows())
            options.CipherSuitesPolicy = new CipherSuitesPolicy(CipherNames.Parse(ciphers));
        return options;
    }

    /// <summary>Connects and makes the handshake, with the name that <c>proxy-ssl-server-name</c> asks for.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SslStream? tls = null;
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            var connection = new NetworkStream(socket, ownsSocket: true);
            var request = context.InitialRequestMessage;
            // AUTO_HTTP.
            if (request.RequestUri?.Scheme != Uri.UriSchemeHttps)
                return connection;
            tls = new SslStream(connection);
            var options = Options();
            // The handler of its own makes one connection for each host, so that this is the host of all that come after it.
            var host = request.Headers.Host ?? "";
            if (request.Version.Major == 2)
                options.ApplicationProtocols = [SslApplicationProtocol.Http2];
            options.TargetHost = _policy.SendName == true ? _policy.Name ?? HostOf(host) : "";
            options.RemoteCertificateValidationCallback = _policy.Verify
                ? (_, certificate, chain, _) => IsTrusted(certificate, chain, _policy.Name ?? HostOf(host))
                : static (_, _, _, _) => true;
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return tls;
        }
        catch (Exception e)
        {
            if (tls is not null)
                await tls.DisposeAsync();
            socket.Dispose();
            if (e is AuthenticationException)
                throw new HttpRequestException(HttpRequestError.SecureConnectionError, e.Message, e);
            throw;
        }
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        IsTrusted(certificate, chain, _policy.Name ?? ((SslStream)sender).TargetHostName);

    private bool IsTrusted(X509Certificate? presented, X509Chain? chain, string name)
    {
        if (presented is not X509Certificate2 certificate || !certificate.MatchesHostname(name))
            return false;
        using var verified = new X509Chain();
        var policy = verified.ChainPolicy;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        // Nothing is fetched in the middle of a handshake, on the thread of a socket.
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(ServerAuthentication);
        policy.ExtraStore.AddRange(chain?.ChainPolicy.ExtraStore ?? []);
        if (_policy.Secret is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(_authorities);
        }
        var isTrusted = verified.Build(certificate)
            // OpenSSL's depth: authorities between the certificate and the root.
            && verified.ChainElements.Count - 2 <= _policy.Depth;
        foreach (var element in verified.ChainElements)
            element.Certificate.Dispose();
        return isTrusted;
    }

    private static string HostOf(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') ? host[..colon] : host;
    }
}
