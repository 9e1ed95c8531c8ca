using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>Sends the body of a request, each piece as it comes: a slow stream is not held back until it ends.</summary>
internal static class Upload
{
    private const int LargestPiece = 64 * 1024;

    // The size of the largest piece in hexadecimal, and CR LF; behind the data another CR LF and the last chunk.
    private const int ChunkHead = 7;
    private const int ChunkEnd = 7;

    // Then others get their turn, should both sides be so fast that nothing ever waits.
    private const int RoundsAtATime = 32;

    /// <summary>Sends the body to its end. A failure is a result, since the answer decides what it means.</summary>
    public static async Task<UploadEnd> RunAsync(
        GatewayRequest request, PodConnection connection, RequestBody body, TimeSpan readTimeout, CancellationToken cancellationToken)
    {
        var reader = request.Context.Request.BodyReader;
        var left = body.Length;
        for (var round = 1; ; round++)
        {
            ReadResult read;
            try
            {
                read = await reader.ReadAsync(cancellationToken);
            }
            catch (Exception e)
            {
                // The pod must not take for whole what is not; without this it might wait for the rest.
                connection.End(EndReason.Over);
                return new UploadEnd(UploadOutcome.ClientFailed, e);
            }
            connection.Touch();
            var piece = read.Buffer;
            if (read.IsCanceled)
            {
                reader.AdvanceTo(piece.Start);
                if (connection.EndReason is EndReason.None)
                    continue;
                return new UploadEnd(UploadOutcome.Stopped);
            }
            if (request.BufferedBody is null)
                request.BodyBytesReceived += piece.Length;
            left -= piece.Length;
            if (body.IsChunked && BodySize.IsPassed(request))
            {
                reader.AdvanceTo(piece.End);
                connection.End(EndReason.Over);
                return new UploadEnd(UploadOutcome.ClientFailed, BodySize.TooLarge());
            }
            if (!body.IsChunked && (left < 0 || (left > 0 && read.IsCompleted)))
            {
                reader.AdvanceTo(piece.End);
                connection.End(EndReason.Over);
                return new UploadEnd(UploadOutcome.ClientFailed, new IOException("The body is not as long as the client said."));
            }
            try
            {
                if (body.IsChunked)
                    await SendChunksAsync(connection, piece, read.IsCompleted);
                else if (!piece.IsEmpty)
                    await SendAsync(connection, piece);
            }
            catch (PodException e)
            {
                reader.AdvanceTo(piece.End);
                return new UploadEnd(UploadOutcome.PodFailed, e);
            }
            reader.AdvanceTo(piece.End);
            if (read.IsCompleted || left == 0)
            {
                connection.SetWaitTimeout(readTimeout);
                return new UploadEnd(UploadOutcome.Complete);
            }
            if (round % RoundsAtATime == 0)
                await Task.Yield();
        }
    }

    private static async ValueTask SendAsync(PodConnection connection, ReadOnlySequence<byte> piece)
    {
        if (piece.IsSingleSegment)
        {
            await connection.SendAsync(piece.First);
            return;
        }
        // Many small segments: one copy is cheaper than a system call for each.
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(piece.Length, LargestPiece));
        try
        {
            while (!piece.IsEmpty)
            {
                var part = piece.Slice(0, Math.Min(piece.Length, buffer.Length));
                part.CopyTo(buffer);
                await connection.SendAsync(buffer.AsMemory(0, (int)part.Length));
                piece = piece.Slice(part.End);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>RFC 9112, 7.1.</summary>
    private static async ValueTask SendChunksAsync(PodConnection connection, ReadOnlySequence<byte> piece, bool isLast)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(piece.Length, LargestPiece) + ChunkHead + ChunkEnd);
        try
        {
            do
            {
                var data = piece.Slice(0, Math.Min(piece.Length, LargestPiece));
                piece = piece.Slice(data.End);
                var length = WriteChunk(buffer, data, isLast && piece.IsEmpty);
                if (length > 0)
                    await connection.SendAsync(buffer.AsMemory(0, length));
            }
            while (!piece.IsEmpty);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int WriteChunk(Span<byte> buffer, ReadOnlySequence<byte> data, bool isLast)
    {
        var length = 0;
        if (!data.IsEmpty)
        {
            Utf8Formatter.TryFormat(data.Length, buffer, out length, new StandardFormat('x'));
            "\r\n"u8.CopyTo(buffer[length..]);
            data.CopyTo(buffer[(length + 2)..]);
            length += 2 + (int)data.Length;
            "\r\n"u8.CopyTo(buffer[length..]);
            length += 2;
        }
        if (isLast)
        {
            "0\r\n\r\n"u8.CopyTo(buffer[length..]);
            length += 5;
        }
        return length;
    }
}
