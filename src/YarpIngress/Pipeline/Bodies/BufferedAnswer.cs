using System.Buffers;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Win32.SafeHandles;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Bodies;

/// <summary>
/// The body of an answer between pod and client: a queue of pieces, in memory as far as there is room, else in a file. Who writes waits
/// only when both are full; another task passes the pieces on.
/// </summary>
internal sealed class BufferedAnswer(IHttpResponseBodyFeature client, BufferingPolicy policy, CancellationToken aborted)
    : AnswerBody(client, aborted)
{
    private readonly Channel<Piece> _pieces = Channel.CreateUnbounded<Piece>(new() { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _room = new(0);
    private SafeFileHandle? _file;
    private long _inMemory;
    private long _inFile;
    private long _fileEnd;
    private int _isWaiting;
    private Task? _passing;

    /// <summary>The pod has sent all of it: waits until the client has it.</summary>
    public override async Task FinishAsync()
    {
        await base.FinishAsync();
        _pieces.Writer.TryComplete();
        if (_passing is not null)
            await _passing;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await BeginAsync(cancellationToken);
        while (!buffer.IsEmpty)
        {
            var memory = (int)Math.Clamp(policy.ResponseMemory - Interlocked.Read(ref _inMemory), 0, buffer.Length);
            // Pieces stay in their order, so that memory is used again only when the file is empty.
            if (memory > 0 && Interlocked.Read(ref _inFile) == 0)
            {
                var bytes = ArrayPool<byte>.Shared.Rent(memory);
                buffer[..memory].CopyTo(bytes);
                Interlocked.Add(ref _inMemory, memory);
                _pieces.Writer.TryWrite(new Piece(bytes, 0, memory));
                buffer = buffer[memory..];
                continue;
            }
            if (Interlocked.Read(ref _inFile) == 0)
                _fileEnd = 0;
            var file = (int)Math.Min(buffer.Length, policy.MaximumFileSize - _fileEnd);
            if (file > 0)
            {
                _file ??= TemporaryFile.Open();
                await RandomAccess.WriteAsync(_file, buffer[..file], _fileEnd, cancellationToken);
                Interlocked.Add(ref _inFile, file);
                _pieces.Writer.TryWrite(new Piece(null, _fileEnd, file));
                _fileEnd += file;
                buffer = buffer[file..];
                continue;
            }
            await WaitForRoomAsync(cancellationToken);
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        // An empty piece: the headers of an answer whose body is late.
        await BeginAsync(cancellationToken);
        _pieces.Writer.TryWrite(default);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _pieces.Writer.TryComplete();
            _file?.Dispose();
            _room.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Headers are fixed from here on: whoever asks whether the answer has begun must get the same as without a buffer.</summary>
    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        if (_passing is { IsCompleted: true })
            throw new OperationCanceledException("The client takes no more of the answer.");
        if (_passing is not null)
            return;
        await Client.StartAsync(cancellationToken);
        _passing = PassOnAsync();
    }

    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _isWaiting, 1);
        // Between the look and the sign that somebody waits there may have come room.
        if (Interlocked.Read(ref _inMemory) >= policy.ResponseMemory || Interlocked.Read(ref _inFile) > 0)
            await _room.WaitAsync(cancellationToken);
        Interlocked.Exchange(ref _isWaiting, 0);
        if (_passing is { IsCompleted: true })
            throw new OperationCanceledException("The client takes no more of the answer.");
    }

    private async Task PassOnAsync()
    {
        // The writer goes on with the pod's answer.
        await Task.Yield();
        try
        {
            await foreach (var piece in _pieces.Reader.ReadAllAsync(Aborted))
            {
                if (piece.Length > 0)
                    await PassOnAsync(piece);
                var flushed = await Client.Writer.FlushAsync(Aborted);
                if (flushed.IsCompleted || flushed.IsCanceled)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // The client is gone; who writes is told.
        }
        finally
        {
            Wake();
        }
    }

    private async ValueTask PassOnAsync(Piece piece)
    {
        if (piece.Bytes is { } bytes)
        {
            Client.Writer.Write(bytes.AsSpan(0, piece.Length));
            ArrayPool<byte>.Shared.Return(bytes);
            Interlocked.Add(ref _inMemory, -piece.Length);
        }
        else
        {
            for (var done = 0; done < piece.Length;)
            {
                var memory = Client.Writer.GetMemory();
                var count = await RandomAccess.ReadAsync(
                    _file!, memory[..Math.Min(memory.Length, piece.Length - done)], piece.Offset + done, Aborted);
                if (count == 0)
                    throw new IOException("The file of a buffered answer is shorter than it was.");
                Client.Writer.Advance(count);
                await Client.Writer.FlushAsync(Aborted);
                done += count;
            }
            Interlocked.Add(ref _inFile, -piece.Length);
        }
        Wake();
    }

    private void Wake()
    {
        if (Volatile.Read(ref _isWaiting) == 1 && _room.CurrentCount == 0)
            _room.Release();
    }

    private readonly record struct Piece(byte[]? Bytes, long Offset, int Length);
}
