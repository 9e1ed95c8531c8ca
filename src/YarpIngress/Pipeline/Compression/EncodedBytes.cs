using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Pipeline.Compression;

/// <summary>What an encoder makes: goes to the client, and is counted.</summary>
internal sealed class EncodedBytes(IHttpResponseBodyFeature client) : WriteOnlyStream
{
    private bool _isDiscarded;

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>From here on everything is thrown away.</summary>
    public void Discard() => _isDiscarded = true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    // Into memory: nothing is waited for before a flush.
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_isDiscarded)
            return;
        Count += buffer.Length;
        client.Writer.Write(buffer);
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        var flushed = await client.Writer.FlushAsync(cancellationToken);
        if (flushed.IsCompleted || flushed.IsCanceled)
            throw new OperationCanceledException("The client takes no more of the answer.");
    }

    public override void Flush()
    {
        // What has to be flushed is so by who writes the answer.
    }
}
