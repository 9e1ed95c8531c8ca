using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Benchmarks.Traffic;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>The other requests that a proxy serves while it changes: a moderate load on its processor.</summary>
internal static class PropagationLoad
{
    public const int PerSecond = 8000;
    public const int Connections = 32;
    private const int Hosts = 90;

    /// <summary>To hosts spread over the upper half of them.</summary>
    public static SteadyLoad Start(int port, int size, CancellationToken ct) =>
        SteadyLoad.Start(
            port,
            [.. Enumerable.Range(0, Hosts).Select(n => RequestTo(UpperHalf(size, n)))],
            PerSecond,
            ct,
            Connections);

    private static int UpperHalf(int size, int n)
    {
        var half = (size - (size / 10)) / 2;
        return BenchmarkObjects.Plain(half + (n * half / Hosts));
    }

    private static byte[] RequestTo(int index) => HttpConnection.Request("GET", BenchmarkObjects.HostOf(index), "/");
}
