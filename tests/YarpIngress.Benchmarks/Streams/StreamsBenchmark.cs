using System.Net;
using YarpIngress.Benchmarks.Load;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;
using YarpIngress.Benchmarks.Throughput;

namespace YarpIngress.Benchmarks.Streams;

/// <summary>
/// What TCP and UDP ports and TLS that is passed through cost each proxy, and what looking for the latter costs the handshakes of
/// others; measured as <see cref="ThroughputBenchmark"/> does it.
/// </summary>
internal static class StreamsBenchmark
{
    public const string PassedHost = "passed.bench.example";

    private const string OwnHost = "own.bench.example";
    private const int DefaultRounds = 5;

    // The client ends connections by themselves: of two thousand a second a test of seconds leaves ports enough.
    private static readonly (string Name, bool OfPods, ILoad Load)[] Scenarios =
    [
        ("connections", true, new StreamLoad(
            StreamKind.Connection, 16, "request: a TCP connection with 100 bytes each way, 16 at a time")),
        ("exchanges", true, new StreamLoad(StreamKind.Exchange, 64, "request: 100 bytes each way on one of 64 TCP connections that stay")),
        ("download", true, new StreamLoad(StreamKind.Download, 4, "request: a mebibyte to the client on one of 4 TCP connections")),
        ("upload", true, new StreamLoad(StreamKind.Upload, 4, "request: a mebibyte to the pod on one of 4 TCP connections")),
        ("datagrams", true, new StreamLoad(StreamKind.Datagram, 64, "request: a UDP datagram of 100 bytes each way, 64 clients")),
        ("passthrough", true, new StreamLoad(
            StreamKind.Hello, 16, "request: a connection passed through by SNI, 512 bytes each way, 16 at a time")),
        ("own-handshakes", false, new Handshakes(OwnHost, "/100")),
    ];

    public static async Task RunAsync(BenchmarkArguments arguments, CancellationToken ct)
    {
        var (rounds, duration) = (arguments.Rounds ?? DefaultRounds, arguments.Duration);
        using var report = new Report("streams");
        var folder = Directory.CreateTempSubdirectory("yarp-ingress-bench-");
        await using var backend = await Backend.StartAsync(ct);
        var (pod, address) = await StreamPod.StartAsync(ct);
        await using var running = pod;
        var proxies = Proxies(arguments, report);
        try
        {
            foreach (var proxy in proxies)
                await proxy.StartAsync(SiteFor(folder.FullName, backend.Address, address), Processors.Proxy, ct);
            report.Line("streams: processor time of the proxy for one request, whatever that is; latency is that of saturation");
            Rounds.Describe(report, rounds, duration);
            report.Machine();
            foreach (var (name, ofPods, load) in Scenarios.Where(scenario => arguments.Wants(scenario.Name)))
            {
                report.Line();
                report.Line($"{name}: {load.Description}");
                var asked = proxies.Where(proxy => Knows(proxy, name, ofPods)).ToList();
                await WarmUp.RunAsync(asked, load, ct);
                var measured = await Rounds.MeasureAsync(
                    name, [.. asked.Select(proxy => (proxy, load))], rounds, duration, ct, countsAllocations: true);
                foreach (var line in ThroughputTable.Lines(measured))
                    report.Line(line);
            }
        }
        finally
        {
            foreach (var proxy in proxies)
                await proxy.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private static List<Rival> Proxies(BenchmarkArguments arguments, Report report)
    {
        if (!Nginx.HasStreams)
            report.Line("nginx has no module for streams (Debian's libnginx-mod-stream): its rows are left out");
        (string Name, bool IsThere, Func<Rival> Make)[] all =
        [
            ("nginx", Tool.IsInstalled("nginx") && Nginx.HasStreams, () => new Nginx()),
            ("haproxy", Tool.IsInstalled("haproxy"), () => new Haproxy()),
            ("ours", true, () => new Gateway { Flags = ["--enable-ssl-passthrough"] }),
            ("ours", true, () => new Gateway("without the flag")),
        ];
        return [.. all.Where(proxy => proxy.IsThere && arguments.WantsProxy(proxy.Name)).Select(proxy => proxy.Make())];
    }

    /// <summary>haproxy knows no datagrams; without the flag the gateway is there for handshakes of its own only.</summary>
    private static bool Knows(Rival proxy, string scenario, bool ofPods) => proxy switch
    {
        Haproxy => ofPods && scenario != "datagrams",
        Gateway gateway => !ofPods || gateway.Flags.Count > 0,
        _ => ofPods,
    };

    private static Site SiteFor(string folder, IPEndPoint backend, IPEndPoint pod) => new(
        new SiteHost(PassedHost, new SitePath("/", pod)) { PassesTls = true },
        new SiteHost(OwnHost, new SitePath("/", backend)) { Certificate = CertificateFiles.Ecdsa(folder, OwnHost) })
    {
        Streams = pod,
    };
}
