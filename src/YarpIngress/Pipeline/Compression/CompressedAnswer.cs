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
internal sealed class CompressedAnswer : WriteOnlyStream, IHttpResponseBodyFeature
{
    // Longer pieces are compressed where nothing else waits: this thread polls sockets.
    private const int LongestHere = 2048;

    private readonly IHttpResponseBodyFeature _client;
    private readonly CompressionRules _rules;
    private readonly HttpContext _context;
    private readonly PipeWriter _writer;
    private EncodedBytes? _bytes;
    private Stream? _encoder;
    private bool _hasBegun;
    private bool _isUnflushed;

    public CompressedAnswer(IHttpResponseBodyFeature client, CompressionRules rules, HttpContext context)
    {
        (_client, _rules, _context) = (client, rules, context);
        _writer = new FlushingWriter(new Pieces(this));
    }

    /// <inheritdoc/>
    Stream IHttpResponseBodyFeature.Stream => this;

    /// <summary>The client's own for what is not compressed: it costs one more look at the headers.</summary>
    PipeWriter IHttpResponseBodyFeature.Writer
    {
        get
        {
            if (_hasBegun)
                return _encoder is null ? _client.Writer : _writer;
            var (varies, coding) = _rules.Decide(_context);
            if (coding is not null)
                return _writer;
            if (varies && !_context.Response.HasStarted)
                AddVary();
            return _client.Writer;
        }
    }

    /// <summary>The answer is whole: what is left in the encoder is sent, and its end.</summary>
    public async Task FinishAsync()
    {
        if (_context.RequestAborted.IsCancellationRequested)
            return;
        if (_writer.UnflushedBytes > 0)
            await _writer.FlushAsync(_context.RequestAborted);
        if (_encoder is null || _bytes is null)
            return;
        await _encoder.DisposeAsync();
        _encoder = null;
        await _bytes.FlushAsync(_context.RequestAborted);
        // What the client got, not what the pod sent.
        GatewayRequest.Of(_context).BodyBytesSent = _bytes.Count;
    }

    /// <inheritdoc/>
    void IHttpResponseBodyFeature.DisableBuffering() => _client.DisableBuffering();

    /// <inheritdoc/>
    Task IHttpResponseBodyFeature.StartAsync(CancellationToken cancellationToken)
    {
        Begin();
        return _client.StartAsync(cancellationToken);
    }

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
        Begin();
        if (_encoder is null)
        {
            await _client.Stream.WriteAsync(buffer, cancellationToken);
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
            await _client.Stream.FlushAsync(cancellationToken);
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
        if (_context.Response.HasStarted)
            return;
        var (varies, coding) = _rules.Decide(_context);
        if (varies)
            AddVary();
        if (coding is null)
            return;
        SetHeaders(coding.Name);
        _bytes = new EncodedBytes(_client);
        _encoder = coding.Name == "br"
            ? new BrotliBody(_bytes, coding.Level)
            : new GZipStream(_bytes, new ZLibCompressionOptions { CompressionLevel = coding.Level }, leaveOpen: true);
    }

    private void SetHeaders(string coding)
    {
        var headers = _context.Response.Headers;
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
        var vary = _context.Response.Headers.Vary;
        var names = vary.ToString();
        if (!names.Contains("*", StringComparison.Ordinal) && !names.Contains("Accept-Encoding", StringComparison.OrdinalIgnoreCase))
            _context.Response.Headers.Vary = StringValues.Concat(vary, "Accept-Encoding");
    }

    /// <summary>What the writer writes to: its pieces are followed by a flush, so that none is needed for each.</summary>
    private sealed class Pieces(CompressedAnswer answer) : WriteOnlyStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            answer.Begin();
            if (answer._encoder is null)
                await answer._client.Stream.WriteAsync(buffer, cancellationToken);
            else
                await answer.EncodeAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => answer.FlushAsync(cancellationToken);
    }
}
