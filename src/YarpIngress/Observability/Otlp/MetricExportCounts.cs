namespace YarpIngress.Observability.Otlp;

/// <summary>What became of exports of all metrics.</summary>
internal sealed class MetricExportCounts
{
    private long _sent;
    private long _failed;

    /// <summary>Exports that the collector took.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Exports that it did not take, or not as a whole.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public void Send() => Interlocked.Increment(ref _sent);

    public void Fail() => Interlocked.Increment(ref _failed);
}
