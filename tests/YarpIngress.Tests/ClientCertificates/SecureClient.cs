using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using YarpIngress.Tests.EndToEnd;

namespace YarpIngress.Tests.ClientCertificates;

/// <summary>A client with one connection to the gateway, whose handshake names a host and may present a certificate.</summary>
internal sealed class SecureClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly int _port;
    private readonly string _name;
    private readonly Version _version;
    private int _connections;

    // The handshake names no host when the name is empty.
    public SecureClient(
        int port, string name, X509Certificate2? certificate = null, X509Certificate2? issuer = null, Version? version = null,
        SslProtocols protocols = SslProtocols.None)
    {
        (_port, _name, _version) = (port, name, version ?? HttpVersion.Version11);
        var options = new SslClientAuthenticationOptions
        {
            // An address is never sent.
            TargetHost = name.Length == 0 ? "127.0.0.1" : name,
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
        if (certificate is not null)
            options.ClientCertificateContext = SslStreamCertificateContext.Create(
                certificate, issuer is null ? [] : [issuer], offline: true);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = 1,
            SslOptions = options,
            ConnectCallback = async (context, ct) =>
            {
                Interlocked.Increment(ref _connections);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }

    /// <summary>How many connections it has made.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Asks the host that the handshake named, or another one.</summary>
    public async Task<GatewayAnswer> GetAsync(string path = "/", string? host = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{_port}{path}")
        {
            Version = _version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = host ?? _name;
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var answered = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return new GatewayAnswer(
            response.StatusCode, answered, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => _http.Dispose();
}
