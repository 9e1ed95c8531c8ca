using System.Buffers;
using System.IO.Compression;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Pipeline.Compression;

/// <summary>Brotli with a window of 512 KB, as nginx's module has it: the framework's own stream takes 4 MB for each answer.</summary>
internal sealed class BrotliBody(EncodedBytes target, int quality) : WriteOnlyStream
{
    private const int Window = 19;
    private const int Piece = 16 * 1024;

    private BrotliEncoder _encoder = new(quality, Window);
    private bool _isDisposed;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Encode(buffer.Span, isFinal: false);
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            OperationStatus status;
            do
            {
                status = _encoder.Flush(piece, out var written);
                target.Write(piece.AsSpan(0, written));
            }
            while (status is OperationStatus.DestinationTooSmall);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
        return Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            Encode([], isFinal: true);
            _encoder.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Encode(ReadOnlySpan<byte> source, bool isFinal)
    {
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            OperationStatus status;
            do
            {
                status = _encoder.Compress(source, piece, out var consumed, out var written, isFinal);
                if (status is OperationStatus.InvalidData)
                    throw new InvalidOperationException("The encoder refuses its input.");
                source = source[consumed..];
                target.Write(piece.AsSpan(0, written));
            }
            while (!source.IsEmpty || status is OperationStatus.DestinationTooSmall);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
