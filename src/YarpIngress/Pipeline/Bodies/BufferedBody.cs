using System.Buffers;
using Microsoft.Win32.SafeHandles;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Bodies;

/// <summary>A request's body, read whole: its beginning in memory, the rest in a file. It can be sent as often as needed.</summary>
internal sealed class BufferedBody : IDisposable
{
    private byte[] _memory = [];
    private int _inMemory;
    private SafeFileHandle? _file;

    private BufferedBody()
    {
    }

    /// <summary>How many bytes it has.</summary>
    public long Length { get; private set; }

    /// <summary>Reads a request's body to its end.</summary>
    /// <exception cref="BadHttpRequestException">It is larger than the route allows, too slow, or no body.</exception>
    /// <exception cref="IOException">The client went away, or the file can't be written.</exception>
    public static async ValueTask<BufferedBody> ReadAsync(
        GatewayRequest request, BufferingPolicy policy, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var body = new BufferedBody();
        var reader = request.Context.Request.BodyReader;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                patience.CancelAfter(timeout);
                var read = await reader.ReadAsync(patience.Token);
                patience.CancelAfter(Timeout.InfiniteTimeSpan);
                request.BodyBytesReceived += read.Buffer.Length;
                if (BodySize.IsPassed(request))
                {
                    reader.AdvanceTo(read.Buffer.End);
                    throw BodySize.TooLarge();
                }
                await body.AddAsync(read.Buffer, policy.RequestMemory, cancellationToken);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return body;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            body.Dispose();
            throw SlowBody.Error();
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>The body from its beginning.</summary>
    public Stream Open() => new Reader(this);

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private async ValueTask AddAsync(ReadOnlySequence<byte> bytes, int most, CancellationToken cancellationToken)
    {
        var kept = (int)Math.Min(bytes.Length, Math.Max(0, most - _inMemory));
        if (kept > 0)
        {
            if (_memory.Length < _inMemory + kept)
                Array.Resize(ref _memory, Math.Min(most, Math.Max(_memory.Length * 2, _inMemory + kept)));
            bytes.Slice(0, kept).CopyTo(_memory.AsSpan(_inMemory));
            _inMemory += kept;
            Length += kept;
        }
        var rest = bytes.Slice(kept);
        if (rest.IsEmpty)
            return;
        _file ??= TemporaryFile.Open();
        List<ReadOnlyMemory<byte>> pieces = [.. Pieces(rest)];
        await RandomAccess.WriteAsync(_file, pieces, Length - _inMemory, cancellationToken);
        Length += rest.Length;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(ReadOnlySequence<byte> bytes)
    {
        foreach (var piece in bytes)
            yield return piece;
    }

    private ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken cancellationToken)
    {
        if (position < _inMemory)
        {
            var count = (int)Math.Min(buffer.Length, _inMemory - position);
            _memory.AsMemory((int)position, count).CopyTo(buffer);
            return new ValueTask<int>(count);
        }
        return _file is null || position >= Length
            ? new ValueTask<int>(0)
            : RandomAccess.ReadAsync(_file, buffer, position - _inMemory, cancellationToken);
    }

    private sealed class Reader(BufferedBody body) : ReadOnlyStream
    {
        private long _position;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await body.ReadAsync(buffer, _position, cancellationToken);
            _position += count;
            return count;
        }
    }
}
