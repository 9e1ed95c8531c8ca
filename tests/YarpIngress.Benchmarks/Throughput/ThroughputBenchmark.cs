using System.Net;
using YarpIngress.Benchmarks.Load;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Throughput;

/// <summary>
/// What a request costs each proxy. All of them run side by side on one processor and are asked from the other, as fast as they
/// answer: in each round by itself, for rate and latency, and then all at once in turns, for processor time.
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
            Rounds.Describe(report, rounds, duration);
            report.Machine();
            if (Proxies(arguments) is { Count: > 0 } proxies)
                await CompareAsync(proxies, site, scenarios, rounds, duration, report, ct);
            // By itself: processes that only wait cost a little too.
            if (arguments.WantsProxy("quiet"))
            {
                var kept = scenarios.Where(scenario => scenario.KeepsConnections);
                await ObservationCost.RunAsync(site, [.. kept], rounds, duration, report, ct);
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
                var measured = await Rounds.MeasureAsync(
                    scenario.Name, [.. proxies.Select(proxy => (proxy, scenario.Load))], rounds, duration, ct, countsAllocations: true);
                foreach (var line in ThroughputTable.Lines(measured))
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
}
