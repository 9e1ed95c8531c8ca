using System.Buffers;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <content>What comes from the pod: the one receive that can be under way, and the bytes that were not looked at yet.</content>
internal sealed partial class PodConnection : IValueTaskSource<int>
{
    private readonly byte[] _small = new byte[InitialBuffer];
    private byte[] _buffer;
    private int _start;
    private int _end;
    private ManualResetValueTaskSourceCore<int> _received;
    private bool _isReceiving;
    private int _hasReceived;

    /// <summary>What came and was not consumed.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>All bytes that came for this exchange.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Takes bytes from the front of <see cref="Unread"/>.</summary>
    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
            _start = _end = 0;
    }

    /// <summary>Waits for more bytes behind <see cref="Unread"/>.</summary>
    /// <returns>How many came; 0 when the pod has ended its side.</returns>
    /// <exception cref="PodException">The connection broke.</exception>
    public ValueTask<int> ReceiveAsync()
    {
        if (_isReceiving)
        {
            // The one that was begun when the connection went into the pool.
            _isReceiving = false;
            return new ValueTask<int>(this, _received.Version);
        }
        MakeRoom();
        return BeginReceive() ? new ValueTask<int>(this, _received.Version) : new ValueTask<int>(EndReceive());
    }

    /// <summary>Makes room for large pieces of a body, when there is nothing to keep.</summary>
    public void Widen()
    {
        if (_start == _end && _buffer == _small)
            _buffer = ArrayPool<byte>.Shared.Rent(MaximumBuffer);
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        _received.GetResult(token);
        return EndReceive();
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _received.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _received.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        Interlocked.Exchange(ref _hasReceived, 1);
        // A receive that ends while nobody waits for an answer: the pod closed, or spoke unasked. No request may get that.
        if (!TryLeave(Closed))
            _received.SetResult(0);
    }

    private bool BeginReceive()
    {
        _received.Reset();
        SetBuffer(_buffer, _end, _buffer.Length - _end);
        try
        {
            return _socket.ReceiveAsync(this);
        }
        catch (ObjectDisposedException)
        {
            throw Broken(SocketError.OperationAborted);
        }
    }

    private int EndReceive()
    {
        if (SocketError != SocketError.Success)
            throw Broken(SocketError);
        _end += BytesTransferred;
        BytesReceived += BytesTransferred;
        Touch();
        return BytesTransferred;
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
            return;
        if (_start > 0)
        {
            Unread.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            return;
        }
        if (_buffer.Length >= MaximumBuffer)
            throw PodException.Invalid($"More than {MaximumBuffer} bytes without an end of the head.");
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_buffer.Length * 4, MaximumBuffer));
        Unread.CopyTo(larger);
        ReturnLargeBuffer();
        _buffer = larger;
    }

    private void ReturnLargeBuffer()
    {
        if (_buffer == _small)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = _small;
    }
}
