using BenchmarkDotNet.Attributes;
using YarpIngress.Observability.Traffic;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>A request in the metrics: its series by the route's handle, then every counter and histogram of it.</summary>
public class Counting
{
    private static readonly RequestSample Sample =
        new() { Duration = 1_000_000, RequestLength = 350, BytesSent = 400, HasUpstream = true, Header = 700_000, Response = 800_000 };

    private readonly RouteTraffic _route =
        new TrafficTable(new TrafficOptions()).Place(new RouteLabels("app.bench.example", "/", "bench", "app", "app"));

    [Benchmark]
    public object FindSeries() => _route.SeriesOf(200, MethodLabel.IndexOf("GET"));

    [Benchmark]
    public void CountRequest() => _route.SeriesOf(200, MethodLabel.IndexOf("GET")).Add(Sample);
}
