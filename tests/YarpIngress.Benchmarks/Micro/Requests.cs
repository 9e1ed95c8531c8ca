using BenchmarkDotNet.Attributes;
using YarpIngress.Benchmarks.Cluster;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>
/// A whole request, from its head to its line in the access log and its counts, without Kestrel and without the exchange
/// with the pod.
/// </summary>
public class Requests
{
    private const int Hosts = 1_000;
    private readonly MicroExchange _plain = new(BenchmarkObjects.HostOf(1), "/a/b?c=d");
    private readonly MicroExchange _policies = new(BenchmarkObjects.HostOf(Hosts), "/a/b?c=d");
    private readonly MicroExchange _unknown = new("nobody.bench.example", "/a/b?c=d");
    private MicroApplication? _application;

    [GlobalSetup]
    public void Setup()
    {
        var site = MicroSite.Of(Hosts);
        // Whatever has a step of its own makes the route's requests pass through all steps.
        site.Add(
            BenchmarkObjects.Ingress(Hosts, BenchmarkObjects.Path("/", "app-0")),
            ("proxy-buffering", "on"), ("proxy-body-size", "8m"), ("proxy-read-timeout", "30"), ("enable-cors", "true"));
        site.Apply();
        if (site.DataPlane.Routes.Match(BenchmarkObjects.HostOf(Hosts), "/").Route is not { HasSteps: true })
            throw new InvalidOperationException("the route's policies have no steps");
        _application = new MicroApplication(site);
        _application.Expect(200, _plain);
        _application.Expect(200, _policies);
        _application.Expect(404, _unknown);
    }

    [Benchmark(Baseline = true)]
    public int Plain() => _application!.Serve(_plain);

    [Benchmark]
    public int WithPolicies() => _application!.Serve(_policies);

    [Benchmark]
    public int UnknownHost() => _application!.Serve(_unknown);
}
