using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Pipeline.OutputCache;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>
/// A request to a route without policies, and to routes with one that has a name: who may use it, how many requests it takes, and an
/// answer that is kept and given again.
/// </summary>
public class NamedPolicies
{
    private const string Prefix = "yarp.ingress.kubernetes.io/";
    private const string Target = "/a/b?c=d";

    // More requests than a processor can ask for, so that none is refused; with cookies, since the request is a browser's.
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["authorization-policies"] = "local: {Networks: [127.0.0.0/8], Methods: [GET, HEAD]}",
        ["rate-limiter-policies"] =
            """
            all: {Type: TokenBucket, TokenLimit: 1000000, TokensPerPeriod: 1000000, ReplenishmentPeriod: "00:00:01"}
            client: {Type: FixedWindow, PermitLimit: 1000000, Window: "00:00:01", PartitionBy: Client}
            """,
        ["output-cache-policies"] = """day: {Expiration: "1.00:00:00", AllowCookies: true}""",
    };

    private static readonly (string Name, string Value)[] Policies =
    [
        ("", ""), ("authorization-policy", "local"), ("rate-limiter-policy", "all"), ("rate-limiter-policy", "client"), ("output-cache-policy", "day"),
    ];

    private readonly MicroExchange[] _exchanges = [.. Policies.Select((_, index) => new MicroExchange(BenchmarkObjects.HostOf(index), Target))];
    private MicroApplication? _application;

    [GlobalSetup]
    public void Setup()
    {
        var site = new MicroSite(Settings);
        site.Add(0);
        for (var index = 0; index < Policies.Length; index++)
            site.Add(
                BenchmarkObjects.Ingress(index, BenchmarkObjects.Path("/", BenchmarkObjects.NameOf(0))),
                index == 0 ? [] : [(Prefix + Policies[index].Name, Policies[index].Value)]);
        site.Apply();
        _application = new MicroApplication(site);
        foreach (var exchange in _exchanges)
            _application.Expect(200, exchange);
        if (site.Services.GetRequiredService<AnswerStore>().Count != 1)
            throw new InvalidOperationException("the answer is not kept");
    }

    [Benchmark(Baseline = true)]
    public int Plain() => _application!.Serve(_exchanges[0]);

    [Benchmark]
    public int Authorized() => _application!.Serve(_exchanges[1]);

    [Benchmark]
    public int RateLimited() => _application!.Serve(_exchanges[2]);

    [Benchmark]
    public int RateLimitedByClient() => _application!.Serve(_exchanges[3]);

    [Benchmark]
    public int FromOutputCache() => _application!.Serve(_exchanges[4]);
}
