using System.Globalization;

namespace YarpIngress.Benchmarks.Cluster;

/// <summary>One reading of the controller's <c>/metrics</c>.</summary>
internal sealed class GatewayMetrics(string text)
{
    private const string ChangeLive = "yarp_ingress_controller_change_live_seconds";
    private const string Allocated = "dotnet_gc_heap_total_allocated_bytes_total";
    private readonly string[] _lines = text.Split('\n');

    /// <summary>How long changes took from the arrival of the watch event until they were live, by the gateway's own clock.</summary>
    public TimesByBucket ChangesLive => new(
        Sum(ChangeLive + "_sum"),
        [.. _lines.Where(line => IsOf(line, ChangeLive + "_bucket")).Select(line => (BoundOf(line), (long)ValueOf(line)))]);

    /// <summary>Bytes allocated on the managed heap since the start.</summary>
    public long AllocatedBytes => (long)Sum(Allocated);

    /// <summary>The sum of all series of a metric; 0 when there is none.</summary>
    public double Sum(string metric) => _lines.Where(line => IsOf(line, metric)).Sum(ValueOf);

    private static bool IsOf(string line, string metric) =>
        line.StartsWith(metric, StringComparison.Ordinal) && line.AsSpan(metric.Length) is [' ' or '{', ..];

    private static double BoundOf(string line)
    {
        const string Label = "le=\"";
        var bound = line[(line.IndexOf(Label, StringComparison.Ordinal) + Label.Length)..].Split('"')[0];
        return bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture);
    }

    private static double ValueOf(string line) => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
}
