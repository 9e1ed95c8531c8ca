using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Kubernetes;
using YarpIngress.Layer4.Passthrough;
using YarpIngress.Proxy;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Passthrough;

/// <summary>A gateway that passes TLS through where a host says so.</summary>
internal sealed class PassthroughGateway(Gateway gateway) : IAsyncDisposable
{
    public Gateway Gateway => gateway;

    public int Port => gateway.HttpsPort;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<PassthroughGateway> StartAsync(PassthroughLimits? limits = null, Stream? standardOutput = null) => new(await Gateway.StartAsync(new DataPlaneOptions
    {
        HttpPort = 0,
        HttpsPort = 0,
        BindAddresses = [IPAddress.Loopback],
        EnableSslPassthrough = true,
        StandardOutput = standardOutput,
        Passthrough = limits ?? new PassthroughLimits(),
    }));

    /// <summary>A host whose TLS goes to one of these endpoints.</summary>
    public PassthroughConnections Pass(string host, params IPEndPoint[] endPoints) => Pass(host, null, endPoints);

    /// <summary>The same for some clients only.</summary>
    public PassthroughConnections Pass(string host, AddressPolicy? addresses, params IPEndPoint[] endPoints)
    {
        var key = new BackendKey("default", "pods", host.Replace('*', 'w'));
        gateway.SetBackend(key, endPoints, BackendProtocol.Https);
        Assert.Empty(gateway.DataPlane.SetHost(new HostTranslation
        {
            Host = host,
            VirtualHost = new VirtualHost
            {
                Host = host,
                Routes = [Gateway.Route(PathMatch.Prefix, "/", key)],
                Passthrough = new TlsPassthrough(key, new ObjectKey("default", "test"), addresses),
            },
        }));
        return gateway.Services.GetRequiredService<PassthroughHosts>().All.Single(one => one.Key == host).Value.Connections;
    }

    /// <summary>A client of bytes.</summary>
    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port, Ct);
        return socket;
    }

    /// <summary>Whose certificate a client that asks for <paramref name="name"/> sees; of the gateway its self-signed one.</summary>
    /// <param name="name">What the handshake asks for; empty asks for nobody.</param>
    /// <param name="before">What comes before the handshake.</param>
    /// <param name="trickle">Whether each byte of the handshake goes by itself.</param>
    public async Task<string> CertificateAsync(string name, byte[]? before = null, bool trickle = false)
    {
        using var socket = await ConnectAsync();
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(before ?? [], Ct);
        await using var tls = new SslStream(trickle ? new TrickleStream(stream) : stream, false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name.Length == 0 ? "127.0.0.1" : name }, Ct);
        return ((X509Certificate2)tls.RemoteCertificate!).GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }

    /// <summary>The answer to a request for <paramref name="host"/> on a connection that asked for <paramref name="name"/>.</summary>
    public async Task<string> AskAsync(string name, string host)
    {
        using var socket = await ConnectAsync();
        await using var tls = new SslStream(new NetworkStream(socket), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name.Length == 0 ? "127.0.0.1" : name }, Ct);
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), Ct);
        using var answer = new StreamReader(tls, Encoding.ASCII);
        return await answer.ReadToEndAsync(Ct);
    }

    public ValueTask DisposeAsync() => gateway.DisposeAsync();
}
