using System.Globalization;
using System.Net;
using YarpIngress.Benchmarks.Load;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Throughput;

/// <summary>
/// What a request costs each proxy. All of them run side by side on one processor, one at a time is asked from the other,
/// in turn, as fast as it answers: the rounds of all see the same machine, and the ratio of a round is that of neighbours.
/// </summary>
internal static class ThroughputBenchmark
{
    private const int DefaultRounds = 5;

    public static async Task RunAsync(BenchmarkArguments arguments, CancellationToken ct)
    {
        var (rounds, duration) = (arguments.Rounds ?? DefaultRounds, arguments.Duration);
        using var report = new Report("throughput");
        var folder = Directory.CreateTempSubdirectory("yarp-ingress-bench-");
        try
        {
            await using var backend = await Backend.StartAsync(ct);
            var site = SiteFor(folder.FullName, backend.Address);
            List<Scenario> scenarios = [.. Scenario.All.Where(scenario => arguments.Wants(scenario.Name))];
            report.Line("throughput: processor time of the proxy for one request; latency is that of saturation");
            report.Line($"median of {rounds} rounds of {duration.TotalSeconds:0} s, ratios of neighbours in one round");
            report.Machine();
            if (Proxies(arguments) is { Count: > 0 } proxies)
                await CompareAsync(proxies, site, scenarios, rounds, duration, report, ct);
            // By itself: processes that only wait cost a little too.
            if (arguments.WantsProxy("quiet"))
            {
                var kept = scenarios.Where(scenario => scenario.KeepsConnections);
                await ObservationCost.RunAsync(site, [.. kept], rounds, duration / 2, report, ct);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task CompareAsync(
        List<Rival> proxies, Site site, List<Scenario> scenarios, int rounds, TimeSpan duration, Report report, CancellationToken ct)
    {
        try
        {
            foreach (var proxy in proxies)
                await proxy.StartAsync(site, Processors.Proxy, ct);
            foreach (var scenario in scenarios)
            {
                report.Line();
                report.Line($"{scenario.Name}: {scenario.Load.Description}");
                await WarmUp.RunAsync(proxies, scenario.Load, ct);
                foreach (var line in ThroughputTable.Lines(await MeasureAsync(scenario, proxies, rounds, duration, ct)))
                    report.Line(line);
            }
        }
        finally
        {
            foreach (var proxy in proxies)
                await proxy.DisposeAsync();
        }
    }

    private static List<Rival> Proxies(BenchmarkArguments arguments)
    {
        (string Name, string? Tool, Func<Rival> Make)[] all =
        [
            ("nginx", "nginx", () => new Nginx()),
            ("haproxy", "haproxy", () => new Haproxy()),
            ("caddy", "caddy", () => new Caddy("caddy")),
            ("caddy-stock", "caddy", () => new Caddy("caddy, 32 kept", keepsAll: false)),
            ("bare", null, () => new BareYarp()),
            ("ours", null, () => new Gateway()),
        ];
        return [.. all.Where(proxy => arguments.WantsProxy(proxy.Name) && (proxy.Tool is null || Tool.IsInstalled(proxy.Tool)))
            .Select(proxy => proxy.Make())];
    }

    private static Site SiteFor(string folder, IPEndPoint backend)
    {
        var path = new SitePath("/", backend);
        return new Site(
            new SiteHost(Scenario.PlainHost, path),
            new SiteHost(Scenario.EcdsaHost, path) { Certificate = CertificateFiles.Ecdsa(folder, Scenario.EcdsaHost) },
            new SiteHost(Scenario.RsaHost, path) { Certificate = CertificateFiles.Rsa(folder, Scenario.RsaHost) });
    }

    private static async Task<Dictionary<string, List<Sample>>> MeasureAsync(
        Scenario scenario, List<Rival> proxies, int rounds, TimeSpan duration, CancellationToken ct)
    {
        var samples = proxies.ToDictionary(proxy => proxy.Name, _ => new List<Sample>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var proxy in proxies)
            {
                Report.Progress(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name}: round {round}, {proxy.Name}"));
                samples[proxy.Name].Add(await Sample.TakeAsync(proxy, scenario.Load, duration, ct, countsAllocations: true));
            }
        }

        return samples;
    }
}
