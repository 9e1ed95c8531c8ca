using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>
/// A request to a route without protections, in a site where no route has any and in one where all others have, and to routes with
/// one: the first two have to be the same.
/// </summary>
public class Protections
{
    private const int Hosts = 1_000;
    private const string Target = "/a/b?c=d";
    private readonly MicroExchange _plain = new(BenchmarkObjects.HostOf(1), Target);
    private readonly MicroExchange _among = new(BenchmarkObjects.HostOf(0), Target);
    private readonly MicroExchange _limited = new(BenchmarkObjects.HostOf(1), Target);
    private readonly MicroExchange _listed = new(BenchmarkObjects.HostOf(2), Target);
    private readonly MicroExchange _known = new(
        BenchmarkObjects.HostOf(3), Target, ("Authorization", "Basic " + Convert.ToBase64String("micro:password"u8)));
    private MicroApplication? _open;
    private MicroApplication? _protected;

    [GlobalSetup]
    public void Setup()
    {
        _open = new MicroApplication(MicroSite.Of(Hosts));
        var site = new MicroSite();
        site.Add(0);
        site.Cache.Set(new V1Secret
        {
            Metadata = new() { Name = "users", NamespaceProperty = BenchmarkObjects.Namespace },
            Data = new() { ["auth"] = Encoding.ASCII.GetBytes("micro:{SHA}" + Convert.ToBase64String(SHA1.HashData("password"u8))) },
        });
        for (var index = 0; index < Hosts; index++)
            site.Add(BenchmarkObjects.Ingress(index, BenchmarkObjects.Path("/", BenchmarkObjects.NameOf(0))), Annotations(index));
        site.Apply();
        _protected = new MicroApplication(site);
        _open.Expect(200, _plain);
        _protected.Expect(200, _among);
        _protected.Expect(200, _limited);
        _protected.Expect(200, _listed);
        _protected.Expect(200, _known);
    }

    [Benchmark(Baseline = true)]
    public int Plain() => _open!.Serve(_plain);

    [Benchmark]
    public int PlainAmongProtected() => _protected!.Serve(_among);

    [Benchmark]
    public int Limited() => _protected!.Serve(_limited);

    [Benchmark]
    public int OnAListOf10000() => _protected!.Serve(_listed);

    [Benchmark]
    public int LoggedIn() => _protected!.Serve(_known);

    private static (string Name, string Value)[] Annotations(int index) => index switch
    {
        0 => [],
        2 => [("allowlist-source-range", "127.0.0.0/8," + string.Join(',', Enumerable.Range(0, 9_999).Select(i => $"10.{i / 250}.{i % 250}.0/25")))],
        3 => [("auth-type", "basic"), ("auth-secret", "users")],
        // More than a processor can ask for, so that none is refused.
        _ => [("limit-rps", "1000000"), ("limit-rpm", "1000000"), ("limit-burst-multiplier", "1000000"), ("limit-connections", "1000000")],
    };
}
