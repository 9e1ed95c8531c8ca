using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Pipeline.Limits;

/// <summary>The body of an answer that goes to the client no faster than its pace allows; who writes it waits.</summary>
internal sealed class PacedAnswer(IHttpResponseBodyFeature client, AnswerPace pace, TimeProvider time, CancellationToken aborted)
    : AnswerBody(client, aborted)
{
    private readonly long _begin = time.GetTimestamp();
    private long _sent;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var elapsed = (long)time.GetElapsedTime(_begin).TotalMilliseconds;
            var piece = (int)Math.Clamp(pace.Room(elapsed, _sent), 0, buffer.Length);
            if (piece == 0)
            {
                // Short, so that a client that has gone is noticed.
                await Task.Delay(pace.Wait(elapsed, _sent, buffer.Length), time, cancellationToken);
                Aborted.ThrowIfCancellationRequested();
                continue;
            }
            Client.Writer.Write(buffer.Span[..piece]);
            _sent += piece;
            buffer = buffer[piece..];
            await FlushAsync(cancellationToken);
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        var flushed = await Client.Writer.FlushAsync(cancellationToken);
        if (flushed.IsCompleted || flushed.IsCanceled)
            throw new OperationCanceledException("The client takes no more of the answer.");
    }
}
