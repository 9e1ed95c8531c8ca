using System.Net;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Kubernetes;
using YarpIngress.Pipeline;
using YarpIngress.Pipeline.Draining;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Listeners;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Proxy;

/// <summary>The data plane alone, on loopback ports of its own, fed by hand.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly TrafficServer _server;

    private Gateway(TrafficServer server) => _server = server;

    public DataPlane DataPlane => _server.Services.GetRequiredService<DataPlane>();

    public IServiceProvider Services => _server.Services;

    public DrainSwitch Drain => _server.Services.GetRequiredService<DrainSwitch>();

    public int HttpPort => _server.Services.GetRequiredService<TrafficPorts>().Http;

    public int HttpsPort => _server.Services.GetRequiredService<TrafficPorts>().Https;

    public Uri Http => new($"http://127.0.0.1:{HttpPort}");

    public static async Task<Gateway> StartAsync(DataPlaneOptions? options = null)
    {
        options ??= new DataPlaneOptions { HttpPort = 0, HttpsPort = 0, BindAddresses = [IPAddress.Loopback] };
        var server = TrafficServer.Build(options, _ => { });
        await server.StartAsync(Task.CompletedTask, TestContext.Current.CancellationToken);
        return new Gateway(server);
    }

    /// <summary>Publishes one backend, and a host whose paths all lead to it.</summary>
    public void Serve(
        string host, IReadOnlyList<IPEndPoint> endpoints, BackendProtocol protocol = BackendProtocol.Http, BackendPolicy? policy = null)
    {
        var key = new BackendKey("default", host.Length == 0 ? "any" : host, "80", policy);
        SetBackend(key, endpoints, protocol);
        SetHost(host, (PathMatch.Prefix, "/", key));
    }

    public void SetBackend(BackendKey key, IReadOnlyList<IPEndPoint> endpoints, BackendProtocol protocol = BackendProtocol.Http) =>
        Assert.Empty(DataPlane.SetBackend(new Backend
        {
            Key = key,
            Protocol = protocol,
            Endpoints = endpoints.Select(
                endpoint => new Translation.Model.Endpoint(endpoint.Address.ToString(), endpoint.Port)).ToEquatableArray(),
        }));

    public void SetHost(string host, params (PathMatch Match, string Path, BackendKey Backend)[] routes) => SetHost(host, null, routes);

    public void SetHost(string host, ObjectKey? certificate, params (PathMatch Match, string Path, BackendKey Backend)[] routes) =>
        Assert.Empty(DataPlane.SetHost(new HostTranslation
        {
            Host = host,
            CertificateSecret = certificate,
            VirtualHost = new VirtualHost
            {
                Host = host,
                Routes = routes.Select(route => Route(route.Match, route.Path, route.Backend)).ToEquatableArray(),
            },
        }));

    public static Route Route(PathMatch match, string path, BackendKey backend) => new()
    {
        Match = match,
        Path = path,
        Ingress = new ObjectKey("default", "test"),
        Backend = backend,
        // Tests that mean a limit of bodies set one.
        Policies = new RoutePolicies { MaximumBodySize = 0 },
    };

    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
    }
}
