using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api.Housekeeping;
using YarpIngress.LocalCluster.Api.Security;
using YarpIngress.LocalCluster.Api.Services;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>The API server: HTTPS on loopback over an in-memory store, with the faults that tests ask for.</summary>
internal sealed class ApiServerHost : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(365);

    private readonly ApiServer _server;
    private readonly ClusterCertificates _certificates;
    private readonly Housekeeper _housekeeping;
    private readonly ILoggerFactory _log;
    private readonly ReservedPort? _reserved;
    private WebApplication? _web;

    private ApiServerHost(ApiServerOptions options)
    {
        Options = options;
        _log = options.Log ?? NullLoggerFactory.Instance;
        var store = new ObjectStore(options.HistoryLimit);
        var services = new ServiceAllocation(options.Services, store);
        Operations = new ApiOperations(new ApiState(store, services, options.Time));
        var now = options.Time.GetUtcNow();
        var kept = options.KubeconfigPath is { } path ? KeptIdentity.TryRead(path, options.Name, services.ApiServerAddress, now) : null;
        if (kept is not null)
            store.ContinueAfter(now);
        _certificates = kept?.Certificates ?? ClusterCertificates.Create(services.ApiServerAddress, now);
        _server = new ApiServer(
            options, Operations,
            new Authentication(
                _certificates, kept?.Token ?? Authentication.NewToken(), new ServiceAccountTokens(_certificates, store, options.Time)),
            new OpenWatches());
        _housekeeping = new Housekeeper(Operations, options, _certificates.AuthorityPem, _log);
        // A port that was asked for is left to others while the server is down, as any server's is.
        _reserved = options.Port == 0 ? new ReservedPort() : null;
        Port = _reserved?.Port ?? options.Port;
    }

    public ApiServerOptions Options { get; }

    /// <summary>The API without HTTP. Stays the same over every restart.</summary>
    public ApiOperations Operations { get; }

    /// <summary>The bound port.</summary>
    public int Port { get; }

    public Uri Address => new($"https://127.0.0.1:{Port}");

    /// <summary>Where the kubeconfig is; null when none was asked for.</summary>
    public string? KubeconfigPath => Options.KubeconfigPath is null ? null : Path.GetFullPath(Options.KubeconfigPath);

    /// <summary>The kubeconfig's text.</summary>
    public string Kubeconfig => KubeconfigFile.AdministratorText(Options.Name, Address, _certificates, Token);

    /// <summary>
    /// The kubeconfig of a ServiceAccount, with a token for as long as kubelets let one live; null when there is no such account.
    /// </summary>
    public string? KubeconfigOf(ObjectKey account) =>
        Operations.Find(ResourceCatalog.ServiceAccounts, account.Namespace, account.Name) is { } found
            ? KubeconfigFile.Text(
                Options.Name, Address, _certificates,
                _server.Authentication.Accounts.Issue(found, [ServiceAccountTokens.Issuer], Options.Time.GetUtcNow() + TokenLifetime))
            : null;

    /// <summary>The administrator's bearer token.</summary>
    public string Token => _server.Authentication.Token;

    public ClusterCertificates Certificates => _certificates;

    /// <summary>Whether it accepts connections.</summary>
    public bool IsRunning => _web is not null;

    public static async Task<ApiServerHost> StartAsync(ApiServerOptions options, CancellationToken cancellation)
    {
        var host = new ApiServerHost(options);
        try
        {
            host._housekeeping.Start();
            await host.StartAsync(cancellation).ConfigureAwait(false);
            host.CreateOwn();
            if (options.KubeconfigPath is { } path)
                await KubeconfigFile.WriteAsync(path, host.Kubeconfig, cancellation).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts listening again after <see cref="StopAsync"/>, on the same port.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (_web is not null)
            return;
        var web = Build();
        try
        {
            await web.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            await web.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        _web = web;
    }

    /// <summary>Closes the port and every connection; the objects stay, and <see cref="Operations"/> goes on working.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _web, null) is not { } web)
            return;
        _server.Watches.Drop();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(StopPatience);
        await web.StopAsync(patience.Token).ConfigureAwait(false);
        await web.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Restarts on the same port: with its objects, or as empty as at
    /// first, in which case every old resourceVersion is expired.
    /// </summary>
    public async Task RestartAsync(bool keepState, CancellationToken cancellation)
    {
        await StopAsync(cancellation).ConfigureAwait(false);
        if (!keepState)
            await ClearAsync(cancellation).ConfigureAwait(false);
        await StartAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Loses all objects and all history and begins anew.</summary>
    public Task ClearAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Operations.Store.Clear();
        CreateOwn();
        return Task.CompletedTask;
    }

    /// <summary>Forgets all history up to now: watches and pages from before get 410.</summary>
    public Task CompactAsync()
    {
        Operations.Store.Compact();
        return Task.CompletedTask;
    }

    /// <summary>Breaks every open watch off.</summary>
    public void DropWatches() => _server.Watches.Drop();

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _housekeeping.DisposeAsync().ConfigureAwait(false);
        _server.Watches.Dispose();
        _certificates.Dispose();
        _reserved?.Dispose();
    }

    private void CreateOwn()
    {
        Bootstrap.Create(Operations, new IPEndPoint(IPAddress.Loopback, Port));
        // Who starts a server finds its own namespaces complete; those that are made later are furnished a moment after, as in any cluster.
        foreach (var name in NamespaceRules.BuiltIn)
            _housekeeping.Furnish(name);
    }

    private WebApplication Build()
    {
        // The empty builder reads no environment: ASPNETCORE_URLS of whoever runs this must not move the port.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(Configure);
        if (_reserved is not null)
            builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = _ => _reserved.Bind());
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        var web = builder.Build();
        var router = new RequestRouter(_server, _log.CreateLogger<RequestRouter>());
        web.Run(router.HandleAsync);
        return web;
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // Warnings may hold any text.
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
        // Bodies have a limit of their own, with upstream's answer.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MaxRequestLineSize = 64 << 10;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 250;
        kestrel.Listen(IPAddress.Loopback, Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = _certificates.Server;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                // Who it is, is decided per request: a stranger gets a Status, not a broken handshake.
                https.ClientCertificateValidation = (_, _, _) => true;
            });
        });
    }
}
