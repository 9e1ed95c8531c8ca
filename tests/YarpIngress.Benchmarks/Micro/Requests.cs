using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Pipeline;

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
    private GatewayApplication? _application;

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
        _application = ActivatorUtilities.CreateInstance<GatewayApplication>(
            site.Services, RequestPipeline.Build(new ImmediateForwarder(site.Services), Task.CompletedTask));
        Expect(200, Plain());
        Expect(200, WithPolicies());
        Expect(404, UnknownHost());
    }

    [Benchmark(Baseline = true)]
    public int Plain() => Serve(_plain);

    [Benchmark]
    public int WithPolicies() => Serve(_policies);

    [Benchmark]
    public int UnknownHost() => Serve(_unknown);

    private int Serve(MicroExchange exchange)
    {
        exchange.Reset();
        var request = _application!.CreateContext(exchange);
        var served = _application.ProcessRequestAsync(request);
        if (!served.IsCompletedSuccessfully)
            served.GetAwaiter().GetResult();
        _application.DisposeContext(request, null);
        return exchange.Status;
    }

    private static void Expect(int status, int was)
    {
        if (was != status)
            throw new InvalidOperationException($"answered {was} instead of {status}");
    }
}
