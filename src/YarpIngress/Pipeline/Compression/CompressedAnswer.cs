using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Pipeline.Compression;

/// <summary>
/// The body of an answer that may be compressed, which is decided when its first byte is written: only then are its headers what they
/// will be. What the pod has flushed the client gets, so that streams stay streams.
/// </summary>
internal sealed class CompressedAnswer(IHttpResponseBodyFeature client, CompressionRules rules, HttpContext context)
    : AnswerBody(client, context.RequestAborted)
{
    // Longer pieces are compressed where nothing else waits: this thread polls sockets.
    private const int LongestHere = 2048;

    private EncodedBytes? _bytes;
    private Stream? _encoder;
    private bool _hasBegun;
    private bool _isUnflushed;

    /// <summary>The client's own for what is not compressed: it costs one more look at the headers.</summary>
    public override PipeWriter Writer
    {
        get
        {
            if (_hasBegun)
                return _encoder is null ? Client.Writer : base.Writer;
            var (varies, coding) = rules.Decide(context);
            if (coding is not null)
                return base.Writer;
            if (varies && !context.Response.HasStarted)
                AddVary();
            return Client.Writer;
        }
    }

    /// <inheritdoc/>
    protected override Stream Pieces => new WrittenPieces(this);

    /// <summary>The answer is whole: what is left in the encoder is sent, and its end.</summary>
    public override async Task FinishAsync()
    {
        await base.FinishAsync();
        if (Aborted.IsCancellationRequested || _encoder is null || _bytes is null)
            return;
        await _encoder.DisposeAsync();
        _encoder = null;
        await _bytes.FlushAsync(Aborted);
        // What the client got, not what the pod sent.
        GatewayRequest.Of(context).BodyBytesSent = _bytes.Count;
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken = default)
    {
        Begin();
        return base.StartAsync(cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Begin();
        if (_encoder is null)
        {
            await Client.Stream.WriteAsync(buffer, cancellationToken);
            return;
        }
        await EncodeAsync(buffer, cancellationToken);
        await FlushAsync(cancellationToken);
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        Begin();
        if (_encoder is null || _bytes is null)
        {
            await Client.Stream.FlushAsync(cancellationToken);
            return;
        }
        if (_isUnflushed)
            await _encoder.FlushAsync(cancellationToken);
        _isUnflushed = false;
        await _bytes.FlushAsync(cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        // Of an answer that was cut off: the encoder may not write an end, or it would look whole.
        if (disposing && _encoder is { } encoder)
        {
            _encoder = null;
            _bytes?.Discard();
            encoder.Dispose();
        }
        base.Dispose(disposing);
    }

    private async ValueTask EncodeAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (_encoder is null || piece.IsEmpty)
            return;
        if (piece.Length > LongestHere)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _isUnflushed = true;
        await _encoder.WriteAsync(piece, cancellationToken);
    }

    private void Begin()
    {
        if (_hasBegun)
            return;
        _hasBegun = true;
        if (context.Response.HasStarted)
            return;
        var (varies, coding) = rules.Decide(context);
        if (varies)
            AddVary();
        if (coding is null)
            return;
        SetHeaders(coding.Name);
        _bytes = new EncodedBytes(Client);
        _encoder = coding.Name == "br"
            ? new BrotliBody(_bytes, coding.Level)
            : new GZipStream(_bytes, new ZLibCompressionOptions { CompressionLevel = coding.Level }, leaveOpen: true);
    }

    private void SetHeaders(string coding)
    {
        var headers = context.Response.Headers;
        headers.ContentEncoding = coding;
        headers.ContentLength = null;
        // Ranges would be of the bytes that the pod has.
        headers.Remove("Accept-Ranges");
        // RFC 9110, 8.8.1: other bytes, the same meaning.
        if (headers.ETag is [{ Length: > 0 } tag] && !tag.StartsWith("W/", StringComparison.Ordinal))
            headers.ETag = "W/" + tag;
    }

    private void AddVary()
    {
        var vary = context.Response.Headers.Vary;
        var names = vary.ToString();
        if (!names.Contains("*", StringComparison.Ordinal) && !names.Contains("Accept-Encoding", StringComparison.OrdinalIgnoreCase))
            context.Response.Headers.Vary = StringValues.Concat(vary, "Accept-Encoding");
    }

    /// <summary>What the writer writes to: its pieces are followed by a flush, so that none is needed for each.</summary>
    private sealed class WrittenPieces(CompressedAnswer answer) : WriteOnlyStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            answer.Begin();
            if (answer._encoder is null)
                await answer.Client.Stream.WriteAsync(buffer, cancellationToken);
            else
                await answer.EncodeAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => answer.FlushAsync(cancellationToken);
    }
}
