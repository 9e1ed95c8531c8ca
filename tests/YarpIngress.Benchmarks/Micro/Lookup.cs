using BenchmarkDotNet.Attributes;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Routing;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>Host and path to route.</summary>
public class Lookup
{
    private const int Paths = 1000;
    private readonly string[] _hosts = new string[4096];
    private readonly string[] _paths = new string[Paths];
    private RoutingTable<ProxyRoute> _routes = new();
    private string _manyPaths = "";
    private int _turn;

    [Params(1, 20_000)]
    public int Hosts { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var site = MicroSite.Of(Hosts);
        site.Cache.Set(BenchmarkObjects.Ingress(
            Hosts, [.. Enumerable.Range(0, Paths).Select(n => BenchmarkObjects.Path($"/shop/department-{n}", "app-0"))]));
        site.Apply();
        _routes = site.DataPlane.Routes;
        _manyPaths = BenchmarkObjects.HostOf(Hosts);
        var random = new Random(1);
        for (var i = 0; i < _hosts.Length; i++)
            _hosts[i] = BenchmarkObjects.HostOf(random.Next(Hosts));
        for (var i = 0; i < _paths.Length; i++)
            _paths[i] = $"/shop/department-{random.Next(Paths)}/article/1";
    }

    [Benchmark]
    public object? KnownHost() => _routes.Match("app-0.bench.example", "/").Route;

    [Benchmark]
    public object? AnotherHostEachTime() => _routes.Match(_hosts[_turn++ % _hosts.Length], "/").Route;

    [Benchmark]
    public object? UnknownHost() => _routes.Match("nobody.bench.example", "/").Route;

    [Benchmark]
    public object? OneOfThousandPaths() => _routes.Match(_manyPaths, _paths[_turn++ % Paths]).Route;
}
