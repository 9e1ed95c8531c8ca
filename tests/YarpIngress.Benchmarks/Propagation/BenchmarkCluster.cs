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
    private const string Target = "target";
    private readonly ChildProcess _apiServer;
    private readonly ChildProcess _controller;

    private BenchmarkCluster(ChildProcess apiServer, ChildProcess controller, ApiClient api, int httpPort, TimeSpan startToReady)
    {
        _apiServer = apiServer;
        _controller = controller;
        Api = api;
        HttpPort = httpPort;
        StartToReady = startToReady;
    }

    public ApiClient Api { get; }

    public int HttpPort { get; }

    public TimeSpan StartToReady { get; }

    public long ControllerMegabytes => _controller.ResidentBytes >> 20;

    /// <summary>Starts both, with <paramref name="size"/> Ingresses, each with a Service of its own, that go to <paramref name="origin"/>.</summary>
    public static async Task<BenchmarkCluster> StartAsync(int size, IPEndPoint origin, IPEndPoint target, CancellationToken ct)
    {
        var directory = Directory.CreateTempSubdirectory("yarp-ingress-bench-").FullName;
        var kubeconfig = System.IO.Path.Combine(directory, "kubeconfig");
        var apiServer = ChildProcess.Start(
            "yarp-ingress-local-cluster", "--no-controller", "--apiserver-port", "0", "--kubeconfig-out", kubeconfig);
        await apiServer.WaitAsync("start of the API server", TimeSpan.FromMinutes(1), _ => Task.FromResult(File.Exists(kubeconfig)), ct);
        var api = new ApiClient(ClusterConfig.FromKubeconfig(kubeconfig));
        await LoadAsync(api, size, origin, target, ct);

        var (http, https, health) = (ChildProcess.FreePort(), ChildProcess.FreePort(), ChildProcess.FreePort());
        var started = Stopwatch.GetTimestamp();
        var controller = ChildProcess.Start(
            "yarp-ingress",
            "--kubeconfig", kubeconfig, "--bind-address", "127.0.0.1", "--healthz-host", "127.0.0.1",
            "--http-port", $"{http}", "--https-port", $"{https}", "--healthz-port", $"{health}");
        using var client = new HttpClient();
        await controller.WaitAsync("ready", TimeSpan.FromMinutes(5), token => IsReadyAsync(client, health, token), ct);
        return new BenchmarkCluster(apiServer, controller, api, http, Stopwatch.GetElapsedTime(started));
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _controller.DisposeAsync();
        await _apiServer.DisposeAsync();
    }

    /// <summary>Adds a path that goes to the target.</summary>
    public Change AddPath(int index)
    {
        var changed = Ingress(index, Path("/", NameOf(index)), Path("/added", Target));
        return new Change(NameOf(index), HostOf(index), "/added", ct => Api.ReplaceAsync(changed, ct));
    }

    /// <summary>Creates an Ingress for a host that was unknown.</summary>
    public Change AddHost(int index)
    {
        var added = Ingress(index, Path("/", Target));
        return new Change(NameOf(index), HostOf(index), "/", ct => Api.CreateAsync(added, ct));
    }

    /// <summary>Moves the endpoint of a Service.</summary>
    public Change MoveEndpoint(int index, IPEndPoint endpoint)
    {
        var changed = Slice(NameOf(index), endpoint);
        return new Change(NameOf(index), HostOf(index), "/", ct => Api.ReplaceAsync(changed, ct));
    }

    private static string HostOf(int index) => $"app-{index}.bench.example";

    private static string NameOf(int index) => $"app-{index}";

    private static async Task LoadAsync(ApiClient api, int size, IPEndPoint origin, IPEndPoint target, CancellationToken ct)
    {
        await api.CreateAsync(new V1Namespace { Metadata = new() { Name = Namespace } }, ct);
        await api.CreateAsync(
            new V1IngressClass { Metadata = new() { Name = "yarp" }, Spec = new() { Controller = "yarp-ingress.dev/controller" } }, ct);

        await api.CreateAsync(Service(Target), ct);
        await api.CreateAsync(Slice(Target, target), ct);

        var done = 0;
        await Parallel.ForAsync(0, size, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (index, token) =>
        {
            await api.CreateAsync(Service(NameOf(index)), token);
            await api.CreateAsync(Slice(NameOf(index), origin), token);
            await api.CreateAsync(Ingress(index, Path("/", NameOf(index))), token);
            if (Interlocked.Increment(ref done) % 1000 == 0 && !Console.IsErrorRedirected)
                Console.Error.Write($"\r  loading {done,6:N0} of {size:N0} Ingresses\r");
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
