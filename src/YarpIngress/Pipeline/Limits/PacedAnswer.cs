using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Pipeline.Limits;

/// <summary>The body of an answer that goes to the client no faster than its pace allows; who writes it waits.</summary>
internal sealed class PacedAnswer : WriteOnlyStream, IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _client;
    private readonly AnswerPace _pace;
    private readonly TimeProvider _time;
    private readonly CancellationToken _aborted;
    private readonly PipeWriter _writer;
    private readonly long _begin;
    private long _sent;

    public PacedAnswer(IHttpResponseBodyFeature client, AnswerPace pace, TimeProvider time, CancellationToken aborted)
    {
        (_client, _pace, _time, _aborted, _begin) = (client, pace, time, aborted, time.GetTimestamp());
        _writer = new FlushingWriter(this);
    }

    /// <inheritdoc/>
    Stream IHttpResponseBodyFeature.Stream => this;

    /// <inheritdoc/>
    PipeWriter IHttpResponseBodyFeature.Writer => _writer;

    /// <summary>The answer is whole: what was written and not flushed is sent.</summary>
    public async Task FinishAsync()
    {
        if (_writer.UnflushedBytes > 0 && !_aborted.IsCancellationRequested)
            await _writer.FlushAsync(_aborted);
    }

    /// <inheritdoc/>
    void IHttpResponseBodyFeature.DisableBuffering() => _client.DisableBuffering();

    /// <inheritdoc/>
    Task IHttpResponseBodyFeature.StartAsync(CancellationToken cancellationToken) => _client.StartAsync(cancellationToken);

    /// <inheritdoc/>
    Task IHttpResponseBodyFeature.SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken) =>
        SendFileFallback.SendFileAsync(this, path, offset, count, cancellationToken);

    /// <inheritdoc/>
    async Task IHttpResponseBodyFeature.CompleteAsync()
    {
        await FinishAsync();
        await _client.CompleteAsync();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var elapsed = (long)_time.GetElapsedTime(_begin).TotalMilliseconds;
            var piece = (int)Math.Clamp(_pace.Room(elapsed, _sent), 0, buffer.Length);
            if (piece == 0)
            {
                // Short, so that a client that has gone is noticed.
                await Task.Delay(_pace.Wait(elapsed, _sent, buffer.Length), _time, cancellationToken);
                _aborted.ThrowIfCancellationRequested();
                continue;
            }
            _client.Writer.Write(buffer.Span[..piece]);
            _sent += piece;
            buffer = buffer[piece..];
            await FlushAsync(cancellationToken);
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        var flushed = await _client.Writer.FlushAsync(cancellationToken);
        if (flushed.IsCompleted || flushed.IsCanceled)
            throw new OperationCanceledException("The client takes no more of the answer.");
    }
}
