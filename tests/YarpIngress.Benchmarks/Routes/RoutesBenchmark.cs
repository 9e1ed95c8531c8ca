using System.Globalization;
using System.Net;
using YarpIngress.Benchmarks.Load;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Routes;

/// <summary>
/// What a request costs as the number of hosts grows. A gateway of each size runs on the same processor, and the ratios are to the
/// gateway with one host in the same round.
/// </summary>
internal static class RoutesBenchmark
{
    private const int DefaultRounds = 5;
    private const int Paths = 1_000;
    private static readonly int[] DefaultSizes = [1_000, 20_000, 100_000];

    public static async Task RunAsync(BenchmarkArguments arguments, CancellationToken ct)
    {
        var (rounds, duration) = (arguments.Rounds ?? DefaultRounds, arguments.Duration);
        using var report = new Report("routes");
        await using var backend = await Backend.StartAsync(ct);
        List<int> sizes = [1, .. arguments.Sizes is [] ? DefaultSizes : arguments.Sizes];
        List<Rival> gateways = [];
        try
        {
            foreach (var size in sizes)
                await StartAsync(gateways, Hosts(size), Site.Of(size, backend.Address), ct);
            await StartAsync(gateways, $"1 host, {Paths} paths", SiteOfPaths(backend.Address), ct);

            report.Line("routes: processor time of yarp-ingress for one request, HTTP/1.1, 100 B; latency is that of saturation");
            Rounds.Describe(report, rounds, duration);
            report.Machine();
            foreach (var scenario in RouteScenario.All.Where(scenario => arguments.Wants(scenario.Name)))
            {
                report.Line();
                report.Line($"{scenario.Name}: {scenario.Description}");
                var contestants = gateways.Select((gateway, index) => (gateway, size: index < sizes.Count ? sizes[index] : 0))
                    .Where(pair => pair.size > 0 || scenario.HasPaths)
                    .Select(pair => (pair.gateway, load: pair.size > 0 ? scenario.LoadOf(pair.size) : RouteScenario.OnePathOf(Paths)))
                    .ToList();
                foreach (var (gateway, load) in contestants)
                    await WarmUp.RunAsync([gateway], load, ct);
                foreach (var line in RoutesTable.Lines(await Rounds.MeasureAsync(scenario.Name, contestants, rounds, duration, ct)))
                    report.Line(line);
            }
        }
        finally
        {
            foreach (var gateway in gateways)
                await gateway.DisposeAsync();
        }
    }

    private static string Hosts(int size) => string.Create(CultureInfo.InvariantCulture, $"{size:N0} host{(size == 1 ? "" : "s")}");

    private static Site SiteOfPaths(IPEndPoint backend) => new(
        new SiteHost(Site.HostName(0), [.. Enumerable.Range(0, Paths).Select(index => new SitePath($"/path-{index}", backend))]));

    private static async Task StartAsync(List<Rival> gateways, string name, Site site, CancellationToken ct)
    {
        Report.Progress($"start with {name}");
        var gateway = new Gateway(name) { HostsPerIngress = 10 };
        gateways.Add(gateway);
        await gateway.StartAsync(site, Processors.Proxy, ct);
    }
}
