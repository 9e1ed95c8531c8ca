using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using YarpIngress.LocalCluster.Pods.Echo;

namespace YarpIngress.LocalCluster.Pods;

/// <summary>The web server behind all echo pods of a cluster.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private static readonly Lazy<X509Certificate2> Certificate = new(MakeCertificate);

    private readonly WebApplication _app;
    private readonly PodTransport _transport;
    private readonly SocketConnectionContextFactory _connections;

    private EchoServer(WebApplication app, PodTransport transport, SocketConnectionContextFactory connections)
    {
        _app = app;
        _transport = transport;
        _connections = connections;
    }

    public static async Task<EchoServer> StartAsync(CancellationToken cancel)
    {
        var transport = new PodTransport();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton<IConnectionListenerFactory>(transport);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(Configure);
        var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.Run(EchoApplication.AnswerAsync);
        await app.StartAsync(cancel);
        var connections = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions(), app.Services.GetRequiredService<ILogger<EchoServer>>());
        return new EchoServer(app, transport, connections);
    }

    /// <summary>A pod that listens nowhere yet.</summary>
    public EchoPod Start(PodIdentity identity, IPAddress address) => new(identity, address, _transport, _connections);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _connections.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // What a gateway under test sends is to be shown, not refused: limits far above any proxy's.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestBufferSize = 2 * 1024 * 1024;
        kestrel.Limits.MaxRequestLineSize = 1024 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 1024 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 2000;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        // A pod never closes an idle connection under a gateway that is about to use it.
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromHours(1);
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromMinutes(5);
        kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = 512 * 1024;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 1024 * 1024;
        kestrel.Limits.Http2.InitialStreamWindowSize = 768 * 1024;
        kestrel.Listen(new EchoEndPoint(EchoProtocol.Http1), listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Listen(new EchoEndPoint(EchoProtocol.Http2), listen => listen.Protocols = HttpProtocols.Http2);
        kestrel.Listen(new EchoEndPoint(EchoProtocol.Tls), listen => listen.UseHttps(Certificate.Value));
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=echo-pod", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("echo-pod");
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
    }
}
