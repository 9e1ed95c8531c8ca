using System.Buffers;
using System.IO.Pipelines;
using System.Net;

namespace YarpIngress.Pipeline.Mirror;

/// <summary>
/// The body of a copy: what the pod gets of the request's, as it gets it. A mirror that falls too far behind loses the copy
/// rather than hold up the request.
/// </summary>
internal sealed class MirrorBody : HttpContent
{
    private const int MostBuffered = 512 * 1024;

    private readonly CancellationTokenSource _cancellation;
    private readonly Pipe? _pipe;
    private readonly long? _length;
    private readonly Lock _lock = new();
    private long _written;
    private long _taken;
    private bool _ended;
    private bool _closed;

    /// <summary>The body of a copy.</summary>
    /// <param name="exists">Whether there is one.</param>
    /// <param name="length">How long it is, where the client said so: nobody reads such a body beyond its last byte.</param>
    /// <param name="cancellation">Gives the copy up; belongs to this.</param>
    public MirrorBody(bool exists, long? length, CancellationTokenSource cancellation)
    {
        _length = length;
        _cancellation = cancellation;
        Cancelled = cancellation.Token;
        // Never pauses the writer: it is a request that nobody may hold up.
        _pipe = exists ? new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false)) : null;
        if (!exists)
            cancellation.CancelAfter(MirrorCopies.Patience);
    }

    /// <summary>Cancelled when the copy is given up.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>Whether there is a body.</summary>
    public bool Exists => _pipe is not null;

    /// <summary>The pod got this.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_pipe is null)
            return;
        lock (_lock)
        {
            if (_ended)
                return;
            if (_written - Volatile.Read(ref _taken) + bytes.Length > MostBuffered)
            {
                End(new IOException("The mirror takes the body more slowly than the pod."));
                return;
            }
            _written += bytes.Length;
            _pipe.Writer.Write(bytes);
            // Completes at once without a threshold, and goes on with the reader on another thread.
            _ = _pipe.Writer.FlushAsync();
            if (_written == _length)
                End(null);
        }
    }

    /// <summary>The request is over, or its body was read to the end.</summary>
    public void End(bool isWhole)
    {
        lock (_lock)
            End(isWhole ? null : new IOException("The request ended before its body."));
    }

    /// <summary>The answer is there; what it says does not matter.</summary>
    public void Sent()
    {
        lock (_lock)
            End(new IOException("The mirror has answered."));
    }

    /// <summary>Nobody sends it any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _pipe?.Reader.Complete();
            End(null);
            _cancellation.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_pipe is null)
            return;
        while (true)
        {
            var read = await _pipe.Reader.ReadAsync(cancellationToken);
            foreach (var piece in read.Buffer)
                await stream.WriteAsync(piece, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            Volatile.Write(ref _taken, _taken + read.Buffer.Length);
            _pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    private void End(Exception? error)
    {
        if (_ended || _pipe is null)
            return;
        _ended = true;
        _pipe.Writer.Complete(error);
        if (!_closed)
            _cancellation.CancelAfter(MirrorCopies.Patience);
    }
}
