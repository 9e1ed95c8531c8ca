using System.Net;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using static YarpIngress.Benchmarks.Cluster.BenchmarkObjects;

namespace YarpIngress.Benchmarks.Cluster;

/// <summary>An API server in a process of its own, to be filled with applications.</summary>
internal sealed class BenchmarkCluster : IAsyncDisposable
{
    private readonly ChildProcess _apiServer;
    private ApiClient? _api;

    private BenchmarkCluster(ChildProcess apiServer, string kubeconfig) => (_apiServer, Kubeconfig) = (apiServer, kubeconfig);

    public string Kubeconfig { get; }

    public ApiClient Api => _api ?? throw new InvalidOperationException("the API server has not started");

    /// <summary>An API server with the namespace and the IngressClass of the benchmarks.</summary>
    public static async Task<BenchmarkCluster> StartAsync(CancellationToken ct)
    {
        var kubeconfig = System.IO.Path.Combine(Directory.CreateTempSubdirectory("yarp-ingress-bench-").FullName, "kubeconfig");
        var cluster = new BenchmarkCluster(
            ChildProcess.Start(Launch.ApiServer(kubeconfig) with { Processor = Processors.Load }), kubeconfig);
        try
        {
            await cluster._apiServer.WaitAsync(
                "start of the API server", TimeSpan.FromMinutes(1), _ => Task.FromResult(File.Exists(kubeconfig)), ct);
            cluster._api = new ApiClient(ClusterConfig.FromKubeconfig(kubeconfig));
            await cluster.Api.CreateAsync(new V1Namespace { Metadata = new() { Name = Namespace } }, ct);
            await cluster.Api.CreateAsync(IngressClass(), ct);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Adds the applications from <paramref name="from"/> up to <paramref name="to"/>, each with one endpoint; one in ten has
    /// a TLS Secret.
    /// </summary>
    public async Task AddApplicationsAsync(int from, int to, IPEndPoint endpoint, CancellationToken ct)
    {
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct };
        await Parallel.ForAsync(from, to, options, async (index, token) =>
        {
            await AddServiceAsync(NameOf(index), endpoint, token);
            if (HasCertificate(index))
                await Api.CreateAsync(Certificate(index, HostCertificate.For(HostOf(index))), token);
            await Api.CreateAsync(Ingress(index, BenchmarkObjects.Path("/", NameOf(index))), token);
            if (Interlocked.Increment(ref done) % 1000 == 0 && !Console.IsErrorRedirected)
                Console.Error.Write($"\r  loading {done,6:N0} of {to - from:N0} Ingresses\r");
        });
    }

    /// <summary>Adds a Service with its EndpointSlice.</summary>
    public async Task AddServiceAsync(string name, IPEndPoint endpoint, CancellationToken ct)
    {
        await Api.CreateAsync(Service(name), ct);
        await Api.CreateAsync(Slice(name, endpoint), ct);
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        await _apiServer.DisposeAsync();
        Directory.Delete(System.IO.Path.GetDirectoryName(Kubeconfig)!, recursive: true);
    }
}
