using System.Net.Sockets;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Proxy.Clients;

/// <summary>
/// A connection to a pod over HTTP/1.1 whose writing side may break while an answer is on its way: a pod that answers
/// 413 or 401 in the middle of an upload, and closes. SocketsHttpHandler reads the answer only when the request is
/// sent, and a failed write would end the exchange before. So a failed write counts as done; if there is no answer, the
/// read that follows fails instead.
/// </summary>
/// <remarks>
/// For some time only: an upload that goes on for longer, a log shipper's that never ends, would vanish without anybody
/// noticing.
/// </remarks>
internal sealed class EarlyAnswers(Stream connection, TimeProvider time) : SequentialStream
{
    // nginx: lingering_time.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private IOException? _failure;
    private long _failedAt;

    /// <summary>Wraps connections over HTTP/1.1; HTTP/2 has its own way to end an upload.</summary>
    public static Stream Over(SocketsHttpPlaintextStreamFilterContext context) =>
        context.NegotiatedHttpVersion.Major >= 2 ? context.PlaintextStream : new EarlyAnswers(context.PlaintextStream, TimeProvider.System);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_failure is not null)
            return time.GetElapsedTime(_failedAt) < Patience
                ? default
                : ValueTask.FromException(new IOException(_failure.Message, _failure));
        var written = connection.WriteAsync(buffer, cancellationToken);
        return written.IsCompletedSuccessfully ? written : EndWriteAsync(written.AsTask());
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _failure is not null ? Task.CompletedTask : connection.FlushAsync(cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.ReadAsync(buffer, cancellationToken);

    // SocketsHttpHandler is only used asynchronously here.
    public override void Write(byte[] buffer, int offset, int count) => connection.Write(buffer, offset, count);

    public override void Flush() => connection.Flush();

    public override int Read(byte[] buffer, int offset, int count) => connection.Read(buffer, offset, count);

    public override ValueTask DisposeAsync() => connection.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            connection.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask EndWriteAsync(Task written)
    {
        try
        {
            await written;
        }
        catch (IOException e) when (e.InnerException is SocketException
        {
            SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted,
        })
        {
            (_failure, _failedAt) = (e, time.GetTimestamp());
        }
    }
}
