using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace YarpIngress.Kubernetes.Tests.Peer;

/// <summary>A real HTTP server that hands every request to the test, which plays the API server, well or badly.</summary>
internal sealed class ApiPeer : IAsyncDisposable
{
    private readonly Channel<Exchange> _arrived = Channel.CreateUnbounded<Exchange>();
    private readonly X509Certificate2? _certificate;
    private readonly HttpProtocols _protocols;
    private readonly CancellationTokenSource _disposed = new();

    // Bound and never listening: while the server is down, the system gives the port to nobody else.
    private readonly Socket _port = Bind(0);
    private WebApplication? _app;

    private ApiPeer(X509Certificate2? certificate, HttpProtocols protocols) => (_certificate, _protocols) = (certificate, protocols);

    public int Port => ((IPEndPoint)_port.LocalEndPoint!).Port;

    public Uri Url => new($"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}");

    /// <summary>Names that clients asked for in TLS.</summary>
    public List<string?> ServerNames { get; } = [];

    public ClusterConfig Config => new() { Server = Url };

    public static async Task<ApiPeer> StartAsync(
        X509Certificate2? certificate = null, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        var peer = new ApiPeer(certificate, protocols);
        await peer.UpAsync();
        return peer;
    }

    /// <summary>The next request, in order of arrival.</summary>
    public async Task<Exchange> NextAsync(TimeSpan? within = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken, _disposed.Token);
        limit.CancelAfter(within ?? Eventually.Deadline);
        return await _arrived.Reader.ReadAsync(limit.Token);
    }

    public async Task<Exchange> NextListAsync()
    {
        var next = await NextAsync();
        Assert.Equal("GET", next.Method);
        Assert.False(next.IsWatch, $"a list was expected, not {next.Context.Request.QueryString}");
        return next;
    }

    /// <summary>The next request, which has to be a watch from <paramref name="version"/> on; its header is sent.</summary>
    public async Task<Exchange> NextWatchAsync(string version)
    {
        var next = await NextAsync();
        Assert.True(next.IsWatch, $"a watch was expected, not {next.Path}{next.Context.Request.QueryString}");
        Assert.Equal(version, next.Query("resourceVersion"));
        await next.BeginAsync();
        return next;
    }

    /// <summary>Whether a request waits that the test did not take.</summary>
    public bool HasMore => _arrived.Reader.Count > 0;

    /// <summary>Listens, on the same port each time.</summary>
    public async Task UpAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseShutdownTimeout(TimeSpan.Zero);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = _ => Bind(Port));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port, Listen));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var exchange = new Exchange(context, body.ToArray());
            await _arrived.Writer.WriteAsync(exchange, context.RequestAborted);
            await exchange.Done.WaitAsync(context.RequestAborted);
        });
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Tears down all connections and stops listening.</summary>
    public async Task DownAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _app = null;
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private void Listen(ListenOptions listen)
    {
        listen.Protocols = _certificate is null ? HttpProtocols.Http1 : _protocols;
        if (_certificate is null)
            return;

        listen.UseHttps(https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
            https.ServerCertificateSelector = (_, name) =>
            {
                lock (ServerNames)
                    ServerNames.Add(name);
                return _certificate;
            };
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await DownAsync();
        _port.Dispose();
    }
}
