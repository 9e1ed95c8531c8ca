using System.Net;
using YarpIngress.Kubernetes;
using static YarpIngress.Benchmarks.Cluster.BenchmarkObjects;

namespace YarpIngress.Benchmarks.Churn;

/// <summary>Applications with several pods each, all in this process, on addresses and one port of their own.</summary>
internal sealed class Workload : IAsyncDisposable
{
    private const int PodsEach = 3;
    private readonly ApiClient _api;
    private readonly int _port;
    private readonly List<Pod>[] _pods;
    private int _started;
    private int _turn;

    private Workload(ApiClient api, int port, int applications) =>
        (_api, _port, _pods) = (api, port, [.. Enumerable.Range(0, applications).Select(_ => new List<Pod>())]);

    public int Pods => _pods.Sum(pods => pods.Count);

    /// <summary>Starts the pods and puts them into the slices of applications that exist.</summary>
    public static async Task<Workload> StartAsync(ApiClient api, int applications, CancellationToken ct)
    {
        var workload = new Workload(api, Processes.ChildProcess.FreePort(), applications);
        for (var application = 0; application < applications; application++)
        {
            for (var pod = 0; pod < PodsEach; pod++)
                workload._pods[application].Add(workload.NewPod());
            await workload.PublishAsync(application, workload._pods[application], ct);
        }

        return workload;
    }

    /// <summary>
    /// One EndpointSlice changes: one of its pods comes or goes. The pods themselves stay, so that a request that was
    /// already on its way to one is served.
    /// </summary>
    public Task ChangeAsync(CancellationToken ct)
    {
        var turn = _turn++;
        var pods = _pods[turn % _pods.Length];
        var without = turn / _pods.Length % (PodsEach + 1);
        return PublishAsync(turn % _pods.Length, pods.Where((_, index) => index != without), ct);
    }

    /// <summary>
    /// Replaces every pod, one of each application at a time: the new one is ready, the old one no longer, which the
    /// slice says; a while later, as with a preStop hook, it stops gracefully.
    /// </summary>
    public async Task RestartAsync(TimeSpan patience, CancellationToken ct)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct };
        for (var pod = 0; pod < PodsEach; pod++)
        {
            await Parallel.ForAsync(0, _pods.Length, options, async (application, token) =>
            {
                var old = _pods[application][0];
                _pods[application].RemoveAt(0);
                _pods[application].Add(NewPod());
                await PublishAsync(application, _pods[application], token);
                await Task.Delay(patience, token);
                await old.DisposeAsync();
            });
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pod in _pods.SelectMany(pods => pods))
            await pod.DisposeAsync();
    }

    private Pod NewPod()
    {
        var number = Interlocked.Increment(ref _started);
        return new Pod(new IPEndPoint(new IPAddress([127, 78, (byte)(number / 250), (byte)((number % 250) + 1)]), _port));
    }

    private Task PublishAsync(int application, IEnumerable<Pod> ready, CancellationToken ct) =>
        _api.ReplaceAsync(Slice(NameOf(Plain(application)), [.. ready.Select(pod => pod.Address)]), ct);
}
