using System.Diagnostics;
using System.Net;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>
/// The same change in other proxies: each host has a backend of its own, one of which moves. The clock starts with the
/// signal, the command or the call; a configuration is written before. The host is asked first once the proxy has been
/// told: haproxy goes on with a connection to the former address for as long as there are requests on it.
/// </summary>
internal sealed class RivalChanges(int size, Origin origin, Origin target, int changes, Action<Figure> found)
{
    private const int Reloads = 3;

    // A master that is still busy with the reload before it loses the signal.
    private static readonly TimeSpan BetweenReloads = TimeSpan.FromSeconds(1);
    private int _moved;

    public async Task NginxAsync(CancellationToken ct)
    {
        await using var nginx = new Nginx();
        await nginx.StartAsync(SiteNow(), Processors.Proxy, ct);
        await ReloadAsync(nginx, underLoad: false, ct);
        await ReloadAsync(nginx, underLoad: true, ct);
    }

    public async Task HaproxyAsync(CancellationToken ct)
    {
        await using var haproxy = new Haproxy();
        await haproxy.StartAsync(SiteNow(), Processors.Proxy, ct);
        await SetServerAsync(haproxy, underLoad: false, ct);
        await SetServerAsync(haproxy, underLoad: true, ct);
        await ReloadAsync(haproxy, underLoad: false, ct);
        await ReloadAsync(haproxy, underLoad: true, ct);
    }

    /// <summary>Idle only: at many hosts one change takes so long that others beside it would say little.</summary>
    public async Task StockYarpAsync(CancellationToken ct)
    {
        await using var yarp = new StockYarp();
        await yarp.StartAsync(SiteNow(), Processors.Proxy, ct);
        var added = size;
        await MeasureAsync(yarp, "endpoint", underLoad: false, count: 5, Next, SetAsync, ct);
        await MeasureAsync(yarp, "host", underLoad: false, count: 2, () => added++, SetAsync, ct);

        Task SetAsync(int host, CancellationToken token) => yarp.SetAsync(Site.HostName(host), BackendOf(host, target), token);
    }

    private async Task SetServerAsync(Haproxy haproxy, bool underLoad, CancellationToken ct) => await MeasureAsync(
        haproxy, "set server", underLoad, Math.Min(changes, size / 5), Next,
        async (host, token) =>
        {
            var answer = await haproxy.SetServerAsync(BackendOf(host, origin), BackendOf(host, target), token);
            if (!answer.Contains("changed", StringComparison.Ordinal))
                throw new InvalidOperationException($"haproxy refuses: {answer}");
        },
        ct);

    // The new configuration is on disk before the clock starts.
    private Task ReloadAsync(Rival proxy, bool underLoad, CancellationToken ct) => MeasureAsync(
        proxy, "reload", underLoad, Reloads, Next, (_, token) => proxy.ReloadAsync(token), ct, isReload: true);

    private async Task MeasureAsync(
        Rival proxy, string what, bool underLoad, int count, Func<int> nextHost, Func<int, CancellationToken, Task> changeAsync,
        CancellationToken ct, bool isReload = false)
    {
        // Connections of before a reload stay with the process that has the former configuration.
        using var probe = new HttpProbe(proxy.Http.Port, newConnections: isReload);
        await using var load = underLoad ? PropagationLoad.Start(proxy.Http.Port, size, ct) : null;
        var (first, times) = ((TimeSpan?)null, new Distribution());
        for (var turn = 0; turn < count; turn++)
        {
            var host = nextHost();
            if (isReload)
            {
                await proxy.WriteConfigurationAsync(SiteNow(), ct);
                await Task.Delay(BetweenReloads, ct);
            }

            var called = Stopwatch.GetTimestamp();
            await changeAsync(host, ct);
            var live = probe.UntilAsync(Site.HostName(host), "/", Applications.Target, ct);
            var time = Stopwatch.GetElapsedTime(called, await live);
            first ??= time;
            times.Add(time);
        }

        found(new Figure(proxy.Name, what, size, underLoad, first ?? default, times));
    }

    private int Next() => _moved++;

    // As many hosts as have moved so far lead to the target.
    private Site SiteNow() => new(
        [.. Enumerable.Range(0, size).Select(host => new SiteHost(
            Site.HostName(host), new SitePath("/", BackendOf(host, host < _moved ? target : origin))))]);

    // An address for each host, behind all of which is the same listener.
    private static IPEndPoint BackendOf(int host, Origin behind) =>
        new(new IPAddress([127, (byte)(100 + (host / 62_500)), (byte)(host / 250 % 250), (byte)((host % 250) + 1)]), behind.Address.Port);
}
