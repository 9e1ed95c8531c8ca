namespace YarpIngress.Observability.Tracing;

/// <summary>What became of spans; read when metrics are.</summary>
internal sealed class TracingCounts
{
    private long _sent;
    private long _queueFull;
    private long _failed;

    /// <summary>Spans that the collector took.</summary>
    public long SpansSent => Interlocked.Read(ref _sent);

    /// <summary>Spans that were dropped since too many waited.</summary>
    public long SpansDroppedQueueFull => Interlocked.Read(ref _queueFull);

    /// <summary>Spans that could not be sent.</summary>
    public long SpansDroppedExportFailed => Interlocked.Read(ref _failed);

    public void Sent(int spans) => Interlocked.Add(ref _sent, spans);

    public void QueueFull() => Interlocked.Increment(ref _queueFull);

    public void Failed(int spans) => Interlocked.Add(ref _failed, spans);
}
