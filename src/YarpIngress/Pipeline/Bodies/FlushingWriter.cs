using System.IO.Pipelines;

namespace YarpIngress.Pipeline.Bodies;

/// <summary>Writes to a stream, and flushes it also where nothing was written: the framework's own does nothing then.</summary>
internal sealed class FlushingWriter(Stream stream) : PipeWriter
{
    private readonly PipeWriter _writer = Create(stream, new StreamPipeWriterOptions(leaveOpen: true));

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _writer.UnflushedBytes;

    public override void Advance(int bytes) => _writer.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _writer.GetSpan(sizeHint);

    public override void CancelPendingFlush() => _writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _writer.Complete(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        UnflushedBytes > 0 ? _writer.FlushAsync(cancellationToken) : FlushEmptyAsync(cancellationToken);

    private async ValueTask<FlushResult> FlushEmptyAsync(CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        return default;
    }
}
