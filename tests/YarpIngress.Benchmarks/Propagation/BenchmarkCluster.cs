using System.Diagnostics;
using System.Net;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>An API server and a controller, each its own process, with a number of Ingresses, Services and EndpointSlices.</summary>
internal sealed class BenchmarkCluster : IAsyncDisposable
{
    public const string Namespace = "bench";
    public const string Origin = "origin";
    public const string Target = "target";
    private readonly int _size;
    private readonly IPEndPoint _origin;
    private readonly IPEndPoint _target;
    private readonly ChildProcess _apiServer;
    private ChildProcess? _controller;
    private ApiClient? _api;

    private BenchmarkCluster(int size, IPEndPoint origin, IPEndPoint target, ChildProcess apiServer) =>
        (_size, _origin, _target, _apiServer) = (size, origin, target, apiServer);

    public ApiClient Api => _api ?? throw new InvalidOperationException("the API server has not started");

    public int HttpPort { get; } = ChildProcess.FreePort();

    public int AdminPort { get; } = ChildProcess.FreePort();

    public TimeSpan StartToReady { get; private set; }

    public long ControllerMegabytes => (_controller?.ResidentBytes ?? 0) >> 20;

    /// <summary>
    /// Starts both, with <paramref name="size"/> Ingresses, each with
    /// a Service of its own, that go to <paramref name="origin"/>.
    /// </summary>
    public static async Task<BenchmarkCluster> StartAsync(int size, IPEndPoint origin, IPEndPoint target, CancellationToken ct)
    {
        var kubeconfig = System.IO.Path.Combine(Directory.CreateTempSubdirectory("yarp-ingress-bench-").FullName, "kubeconfig");
        var cluster = new BenchmarkCluster(
            size, origin, target, ChildProcess.Start(Launch.ApiServer(kubeconfig)));
        try
        {
            await cluster._apiServer.WaitAsync(
                "start of the API server", TimeSpan.FromMinutes(1), _ => Task.FromResult(File.Exists(kubeconfig)), ct);
            cluster._api = new ApiClient(ClusterConfig.FromKubeconfig(kubeconfig));
            await cluster.LoadAsync(ct);
            await cluster.StartControllerAsync(kubeconfig, ct);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        if (_controller is not null)
            await _controller.DisposeAsync();
        await _apiServer.DisposeAsync();
    }

    /// <summary>Adds a path that goes to the target or, when all Ingresses have it, takes it away again.</summary>
    public Change ChangePath(int turn)
    {
        var (index, again) = IndexOf(turn);
        var own = Path("/", NameOf(index));
        var changed = again ? Ingress(index, own) : Ingress(index, own, Path("/added", Target));
        return new Change(NameOf(index), HostOf(index), "/added", again ? Origin : Target, ct => Api.ReplaceAsync(changed, ct));
    }

    /// <summary>Creates an Ingress for a host that was unknown.</summary>
    public Change AddHost(int turn)
    {
        var added = Ingress(_size + turn, Path("/", Target));
        return new Change(NameOf(_size + turn), HostOf(_size + turn), "/", Target, ct => Api.CreateAsync(added, ct));
    }

    /// <summary>Moves the endpoint of a Service to the target or, when all have moved, back.</summary>
    public Change MoveEndpoint(int turn)
    {
        var (index, again) = IndexOf(turn);
        var changed = Slice(NameOf(index), again ? _origin : _target);
        return new Change(NameOf(index), HostOf(index), "/", again ? Origin : Target, ct => Api.ReplaceAsync(changed, ct));
    }

    // Spread over all of them, so that no part of the gateway's memory is always warm.
    private (int Index, bool Again) IndexOf(int turn)
    {
        var position = turn * Math.Max(1, _size / 211);
        return (position % _size, position / _size % 2 == 1);
    }

    private static string HostOf(int index) => $"app-{index}.bench.example";

    private static string NameOf(int index) => $"app-{index}";

    private async Task StartControllerAsync(string kubeconfig, CancellationToken ct)
    {
        var https = ChildProcess.FreePort();
        var started = Stopwatch.GetTimestamp();
        _controller = ChildProcess.Start(Launch.Controller(
            "--kubeconfig", kubeconfig, "--bind-address", "127.0.0.1", "--healthz-host", "127.0.0.1",
            "--http-port", $"{HttpPort}", "--https-port", $"{https}", "--healthz-port", $"{AdminPort}"));
        using var client = new HttpClient();
        await _controller.WaitAsync("ready", TimeSpan.FromMinutes(5), token => IsReadyAsync(client, AdminPort, token), ct);
        StartToReady = Stopwatch.GetElapsedTime(started);
    }

    private async Task LoadAsync(CancellationToken ct)
    {
        await Api.CreateAsync(new V1Namespace { Metadata = new() { Name = Namespace } }, ct);
        await Api.CreateAsync(
            new V1IngressClass { Metadata = new() { Name = "yarp" }, Spec = new() { Controller = "yarp-ingress.dev/controller" } }, ct);

        await Api.CreateAsync(Service(Target), ct);
        await Api.CreateAsync(Slice(Target, _target), ct);

        var done = 0;
        await Parallel.ForAsync(0, _size, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (index, token) =>
        {
            await Api.CreateAsync(Service(NameOf(index)), token);
            await Api.CreateAsync(Slice(NameOf(index), _origin), token);
            await Api.CreateAsync(Ingress(index, Path("/", NameOf(index))), token);
            if (Interlocked.Increment(ref done) % 1000 == 0 && !Console.IsErrorRedirected)
                Console.Error.Write($"\r  loading {done,6:N0} of {_size:N0} Ingresses\r");
        });
    }

    private static V1Ingress Ingress(int index, params List<V1HTTPIngressPath> paths) => new()
    {
        Metadata = new() { Name = NameOf(index), NamespaceProperty = Namespace },
        Spec = new() { IngressClassName = "yarp", Rules = [new() { Host = HostOf(index), Http = new() { Paths = paths } }] },
    };

    private static V1HTTPIngressPath Path(string path, string service) =>
        new() { Path = path, PathType = "Prefix", Backend = new() { Service = new() { Name = service, Port = new() { Number = 80 } } } };

    // Headless and without a selector: the benchmark owns the endpoints, and the service proxy has nothing to listen on.
    private static V1Service Service(string name) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = Namespace },
        Spec = new() { ClusterIP = "None", Ports = [new() { Name = "http", Port = 80 }] },
    };

    private static V1EndpointSlice Slice(string service, IPEndPoint endpoint) => new()
    {
        Metadata = new()
        {
            Name = service,
            NamespaceProperty = Namespace,
            Labels = new() { ["kubernetes.io/service-name"] = service },
        },
        AddressType = "IPv4",
        Ports = [new() { Name = "http", Port = endpoint.Port, Protocol = "TCP" }],
        Endpoints = [new() { Addresses = [endpoint.Address.ToString()], Conditions = new() { Ready = true } }],
    };

    private static async Task<bool> IsReadyAsync(HttpClient client, int port, CancellationToken ct)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
