using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.Pipeline.Bodies;

/// <summary>What the body of an answer is written to instead of the client, to which it goes on in a manner of its own.</summary>
/// <param name="client">Where it goes on to.</param>
/// <param name="aborted">Fires when the client is gone.</param>
internal abstract class AnswerBody(IHttpResponseBodyFeature client, CancellationToken aborted) : WriteOnlyStream, IHttpResponseBodyFeature
{
    private FlushingWriter? _writer;

    /// <inheritdoc/>
    Stream IHttpResponseBodyFeature.Stream => this;

    /// <inheritdoc/>
    public virtual PipeWriter Writer => _writer ??= new FlushingWriter(Pieces);

    /// <summary>What the pieces of the writer are written to.</summary>
    protected virtual Stream Pieces => this;

    /// <summary>Where the body goes on to.</summary>
    protected IHttpResponseBodyFeature Client => client;

    /// <summary>Fires when the client is gone.</summary>
    protected CancellationToken Aborted => aborted;

    /// <summary>The answer is whole: sends what was written and not flushed.</summary>
    public virtual async Task FinishAsync()
    {
        if (_writer is { UnflushedBytes: > 0 } && !Aborted.IsCancellationRequested)
            await _writer.FlushAsync(Aborted);
    }

    /// <inheritdoc/>
    public void DisableBuffering() => Client.DisableBuffering();

    /// <inheritdoc/>
    public virtual Task StartAsync(CancellationToken cancellationToken = default) => Client.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(this, path, offset, count, cancellationToken);

    /// <inheritdoc/>
    public async Task CompleteAsync()
    {
        await FinishAsync();
        await Client.CompleteAsync();
    }
}
