using System.Net;
using BenchmarkDotNet.Attributes;
using YarpIngress.Benchmarks.Cluster;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>One object has changed: it is read, what it touches is translated and goes live.</summary>
public class Changes
{
    private MicroSite _site = new();
    private int _turn;

    [Params(1_000, 20_000)]
    public int Hosts { get; set; }

    [GlobalSetup]
    public void Setup() => _site = MicroSite.Of(Hosts);

    /// <summary>The pod of a Service has another address.</summary>
    [Benchmark]
    public void Endpoint()
    {
        _site.Cache.Set(BenchmarkObjects.Slice("app-1", new IPEndPoint(0x0200000A + (++_turn % 2 << 24), 8080)));
        _site.Apply();
    }

    /// <summary>An Ingress has another path: its host is translated.</summary>
    [Benchmark]
    public void Path()
    {
        _site.Cache.Set(BenchmarkObjects.Ingress(2, BenchmarkObjects.Path(++_turn % 2 == 0 ? "/" : "/other", "app-2")));
        _site.Apply();
    }
}
