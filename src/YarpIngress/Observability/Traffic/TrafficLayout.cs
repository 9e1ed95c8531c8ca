using System.Diagnostics;

namespace YarpIngress.Observability.Traffic;

/// <summary>Which histograms the series of a request have, as the flags say; the same for all of them.</summary>
internal sealed class TrafficLayout
{
    private readonly HashSet<string> _excluded;
    private readonly List<TrafficHistogram> _histograms = [];

    public TrafficLayout(TrafficOptions options)
    {
        // People name them in full, under either prefix.
        _excluded = [.. options.Excluded.Select(name => name
            .Replace("nginx_ingress_controller_", "", StringComparison.Ordinal)
            .Replace("yarp_ingress_controller_", "", StringComparison.Ordinal))];
        Cells = 1;
        var seconds = options.TimeBuckets;
        RequestDuration = Make("request_duration_seconds",
            "The request processing time in seconds, from its first line to the end of the answer.", seconds, Stopwatch.Frequency);
        ResponseDuration = Make("response_duration_seconds",
            "The time spent on receiving the answer from the upstream server, the last one tried.", seconds, Stopwatch.Frequency);
        HeaderDuration = Make("header_duration_seconds",
            "The time spent on receiving the first header from the upstream server, the last one tried.", seconds, Stopwatch.Frequency);
        ConnectDuration = Make("connect_duration_seconds",
            "The time spent on establishing a connection with the upstream server, 0 when there was one.", seconds, Stopwatch.Frequency);
        RequestSize = Make("request_size",
            "The request length (including request line, header, and request body), in bytes.", options.LengthBuckets, 1);
        ResponseSize = Make("response_size", "The answer's length (including status line, header, and body), in bytes.",
            options.LengthBuckets, 1);
        BytesSent = Make("bytes_sent", "DEPRECATED, see response_size: the number of bytes sent to a client.", options.SizeBuckets, 1);
        HasRequests = !_excluded.Contains("requests");
    }

    /// <summary>How many cells a series has; the first one counts requests.</summary>
    public int Cells { get; private set; }

    /// <summary>Whether requests are published as a counter.</summary>
    public bool HasRequests { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<TrafficHistogram> Histograms => _histograms;

    public TrafficHistogram? RequestDuration { get; }

    public TrafficHistogram? ResponseDuration { get; }

    public TrafficHistogram? HeaderDuration { get; }

    public TrafficHistogram? ConnectDuration { get; }

    public TrafficHistogram? RequestSize { get; }

    public TrafficHistogram? ResponseSize { get; }

    public TrafficHistogram? BytesSent { get; }

    /// <summary>Adds one request to the cells of its series.</summary>
    public void Add(Span<long> cells, in RequestSample sample)
    {
        cells[0]++;
        RequestDuration?.Observe(cells, sample.Duration);
        RequestSize?.Observe(cells, sample.RequestLength);
        ResponseSize?.Observe(cells, sample.BytesSent);
        BytesSent?.Observe(cells, sample.BytesSent);
        if (!sample.HasUpstream)
            return;
        if (sample.Connect >= 0)
            ConnectDuration?.Observe(cells, sample.Connect);
        if (sample.Header >= 0)
            HeaderDuration?.Observe(cells, sample.Header);
        ResponseDuration?.Observe(cells, sample.Response);
    }

    private TrafficHistogram? Make(string name, string help, IReadOnlyList<double> bounds, double unit)
    {
        if (_excluded.Contains(name))
            return null;
        var histogram = new TrafficHistogram(
            name, help, [.. bounds], [.. bounds.Select(bound => (long)Math.Min(bound * unit, long.MaxValue))], unit, Cells);
        Cells += histogram.Length;
        _histograms.Add(histogram);
        return histogram;
    }
}
