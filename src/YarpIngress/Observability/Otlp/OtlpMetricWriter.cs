using YarpIngress.Observability.Metrics;

namespace YarpIngress.Observability.Otlp;

/// <summary>
/// Writes metrics as OTLP's messages (opentelemetry-proto 1.x, metrics.proto), cumulative since the start. OpenTelemetry's own
/// exporter takes only what its own instruments counted, which cost a request more than ours do.
/// </summary>
/// <param name="resource">Who sends: a message Resource.</param>
/// <param name="constantLabels">Labels that every series carries, unless its metric has none of them.</param>
/// <param name="start">When counting began, in nanoseconds since 1970.</param>
/// <param name="now">When this is said, likewise.</param>
/// <param name="send">Sends one message ExportMetricsServiceRequest.</param>
internal sealed class OtlpMetricWriter(
    byte[] resource,
    IReadOnlyList<KeyValuePair<string, string>> constantLabels,
    ulong start,
    ulong now,
    Func<ReadOnlyMemory<byte>, CancellationToken, Task> send) : MetricWriter
{
    // A collector takes 4 MB by default.
    private const int PieceSize = 1024 * 1024;
    private const ulong Cumulative = 2;

    private readonly ProtobufBuffer _metrics = new();
    private readonly ProtobufBuffer _points = new();
    private readonly ProtobufBuffer _point = new();
    private readonly ProtobufBuffer _data = new();
    private readonly Attributes _attributes = new(constantLabels);
    private IMetric? _metric;

    /// <inheritdoc/>
    public override bool IsFull => _metrics.Length + _points.Length >= PieceSize;

    /// <inheritdoc/>
    public override void Begin(IMetric metric)
    {
        EndMetric();
        _metric = metric;
    }

    /// <inheritdoc/>
    public override MetricLabels Labels(bool withConstant = true) =>
        _attributes.Begin(_metric?.Type == "histogram" ? 9 : 7, withConstant);

    /// <inheritdoc/>
    public override void Sample(MetricLabels labels, double value) =>
        _points.Bytes(1, _point.Clear().Fixed64(2, start).Fixed64(3, now).Double(4, value).Fields(labels.Span).Span);

    /// <inheritdoc/>
    public override void Histogram(
        MetricLabels labels, ReadOnlySpan<double> bounds, ReadOnlySpan<long> counts, double sum, Func<int, Exemplar>? exemplars = null)
    {
        var count = 0L;
        foreach (var inBucket in counts)
            count += inBucket;
        _points.Bytes(1, _point.Clear().Fixed64(2, start).Fixed64(3, now).Fixed64(4, (ulong)count).Double(5, sum)
            .Packed(6, counts).Packed(7, bounds).Fields(labels.Span).Span);
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken ct)
    {
        EndMetric();
        if (_metrics.Length == 0)
            return;
        var message = Message();
        _metrics.Clear();
        // The continuation must not run on the thread that completes the write, which serves sockets.
        await send(message, ct).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    /// <inheritdoc/>
    public override Task EndAsync(CancellationToken ct) => FlushAsync(ct);

    private byte[] Message()
    {
        var scope = new ProtobufBuffer().Text(1, "YarpIngress").Text(2, ProductVersion.Release);
        var ofScope = new ProtobufBuffer().Bytes(1, scope.Span).Fields(_metrics.Span);
        var ofResource = new ProtobufBuffer().Bytes(1, resource).Bytes(2, ofScope.Span);
        return new ProtobufBuffer().Bytes(1, ofResource.Span).Span.ToArray();
    }

    // A metric may go on in the next message; its name is said again there.
    private void EndMetric()
    {
        if (_metric is null || _points.Length == 0)
            return;
        _data.Clear().Fields(_points.Span);
        _points.Clear();
        var kind = _metric.Type switch { "counter" => 7, "histogram" => 9, _ => 5 };
        if (kind != 5)
            _data.Number(2, Cumulative);
        if (kind == 7)
            _data.Number(3, 1);
        _metrics.Bytes(2, _point.Clear().Text(1, _metric.Name).Text(2, _metric.Help).Bytes(kind, _data.Span).Span);
    }

    /// <summary>Labels as attributes: fields of a data point.</summary>
    private sealed class Attributes(IReadOnlyList<KeyValuePair<string, string>> constant) : MetricLabels
    {
        private readonly ProtobufBuffer _fields = new();
        private readonly ProtobufBuffer _pair = new();
        private readonly ProtobufBuffer _value = new();
        private int _field;

        public override ReadOnlySpan<byte> Span => _fields.Span;

        public Attributes Begin(int field, bool withConstant)
        {
            _fields.Clear();
            _field = field;
            if (withConstant)
                foreach (var (name, value) in constant)
                    Add(name, value);
            return this;
        }

        public override MetricLabels Add(string name, string value)
        {
            _fields.Bytes(_field, Pair(_pair, _value, name, value));
            return this;
        }
    }

    /// <summary>The message Resource for some attributes.</summary>
    public static byte[] Resource(IEnumerable<KeyValuePair<string, string>> attributes)
    {
        var (resource, pair, text) = (new ProtobufBuffer(), new ProtobufBuffer(), new ProtobufBuffer());
        foreach (var (name, value) in attributes)
            resource.Bytes(1, Pair(pair, text, name, value));
        return resource.Span.ToArray();
    }

    private static ReadOnlySpan<byte> Pair(ProtobufBuffer pair, ProtobufBuffer text, string name, string value) =>
        pair.Clear().Text(1, name).Bytes(2, text.Clear().Text(1, value).Span).Span;
}
