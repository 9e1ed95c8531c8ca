using System.Net.Sockets;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>
/// A connection to a pod: its socket, the bytes that came and were not looked at yet, and whose turn it is. Also the one
/// receive that can be under way on it, so that none of them allocates.
/// </summary>
/// <remarks>
/// While the connection waits in the pool a receive is under way already: it ends when the pod closes the connection, or
/// says something unasked, and takes the connection out at once. For the next request it is the receive of the answer.
/// </remarks>
internal sealed partial class PodConnection : SocketAsyncEventArgs
{
    /// <summary>Room for the head of an answer; larger ones get more, up to <see cref="MaximumBuffer"/>.</summary>
    public const int InitialBuffer = 4096;

    /// <summary>The longest head, and the longest run of bytes that is looked at in one piece.</summary>
    public const int MaximumBuffer = 64 * 1024;

    private const int Busy = 0;
    private const int Idle = 1;
    private const int Closed = 2;
    private const long ReasonMask = 3;

    private readonly Socket _socket;
    private readonly CancellationTokenSource _ended = new();
    private int _state = Busy;
    // The number of the exchange, and the reason of its end in the lowest bits: who ends an exchange late, when the
    // connection serves the next one already, ends nothing.
    private long _exchange;
    private long _lastActivity;
    private long _activityTimeout = long.MaxValue;
    // What the timeout is while nothing is being sent, and while something is.
    private long _waitTimeout = long.MaxValue;
    private long _sendTimeout = long.MaxValue;

    public PodConnection(Socket socket)
        : base(unsafeSuppressExecutionContextFlow: true)
    {
        _socket = socket;
        _buffer = _small;
        CreatedAt = _lastActivity = Environment.TickCount64;
    }

    /// <summary>The pool that it belongs to.</summary>
    public EndpointPool? Pool { get; set; }

    /// <summary>When it was made, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long CreatedAt { get; }

    /// <summary>The head of the answer that is being read over it.</summary>
    public ResponseHead Head { get; } = new();

    /// <summary>Whether it served a request before: then the pod may have closed it meanwhile.</summary>
    public bool IsReused { get; private set; }

    /// <summary>Whether it is closed.</summary>
    public bool IsClosed => Volatile.Read(ref _state) == Closed;

    /// <summary>Why this side ended it.</summary>
    public EndReason EndReason => (EndReason)(Volatile.Read(ref _exchange) & ReasonMask);

    /// <summary>Cancelled when this side ends the connection.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Something moved: the activity timeout begins anew.</summary>
    public void Touch() => Volatile.Write(ref _lastActivity, Environment.TickCount64);

    /// <summary>Begins an exchange.</summary>
    /// <param name="waitTimeout">How long nothing may move while nothing is being sent.</param>
    /// <param name="sendTimeout">How long the pod may take nothing of what is being sent.</param>
    public void BeginExchange(TimeSpan waitTimeout, TimeSpan sendTimeout)
    {
        (BytesReceived, BytesSent) = (0, 0);
        Interlocked.Add(ref _exchange, ReasonMask + 1);
        Touch();
        _sendTimeout = (long)sendTimeout.TotalMilliseconds;
        SetWaitTimeout(waitTimeout);
    }

    /// <summary>Another <c>waitTimeout</c> from here on: the request is sent.</summary>
    public void SetWaitTimeout(TimeSpan waitTimeout)
    {
        _waitTimeout = (long)waitTimeout.TotalMilliseconds;
        Volatile.Write(ref _activityTimeout, _waitTimeout);
    }

    /// <summary>Whether the pod has closed the connection, or sent something: asked of the kernel itself.</summary>
    public bool IsReadable()
    {
        try
        {
            return _socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>
    /// Ends what is under way from whatever thread: sends and receives fail, <see cref="Ended"/> is cancelled. The first
    /// reason stays.
    /// </summary>
    public void End(EndReason reason) => End(reason, Volatile.Read(ref _exchange));

    /// <summary>Closes the connection: its exchange is over, in whatever way. Only the exchange calls this.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _state, Closed) != Closed)
            Release();
    }

    /// <summary>Has the connection wait for its next request.</summary>
    /// <returns>False when the pod has closed it or sent something unasked: then it is closed here too.</returns>
    public bool TryBecomeIdle()
    {
        if (_start != _end || EndReason is not EndReason.None)
        {
            Close();
            return false;
        }
        ReturnLargeBuffer();
        IsReused = true;
        Volatile.Write(ref _activityTimeout, long.MaxValue);
        Touch();
        Volatile.Write(ref _hasReceived, 0);
        try
        {
            _isReceiving = BeginReceive();
        }
        catch (PodException)
        {
            _isReceiving = false;
        }
        if (!_isReceiving)
        {
            Close();
            return false;
        }
        // From here on either this sees that the receive ended, or the receive's end sees that the connection is idle.
        Interlocked.Exchange(ref _state, Idle);
        return Volatile.Read(ref _hasReceived) == 0 || !TryLeave(Closed);
    }

    /// <summary>Takes an idle connection for a request; false when it is closed.</summary>
    public bool TryTake()
    {
        if (!TryLeave(Busy))
            return false;
        if (Volatile.Read(ref _hasReceived) == 0)
            return true;
        Close();
        return false;
    }

    /// <summary>Closes the connection when it has waited or lived for too long, and ends an exchange in which nothing moves.</summary>
    public void Sweep(long now, Http1Limits limits)
    {
        var exchange = Volatile.Read(ref _exchange);
        var quiet = now - Volatile.Read(ref _lastActivity);
        switch (Volatile.Read(ref _state))
        {
            case Idle when quiet >= limits.IdleTimeout.TotalMilliseconds || IsOld(now, limits):
                TryLeave(Closed);
                break;
            case Busy when quiet >= Volatile.Read(ref _activityTimeout):
                End(EndReason.Timeout, exchange);
                break;
        }
    }

    /// <summary>Whether it should not serve another request.</summary>
    public bool IsOld(long now, Http1Limits limits) =>
        now - CreatedAt >= limits.Lifetime.TotalMilliseconds || _exchange / (ReasonMask + 1) >= limits.MaximumRequests;

    private void End(EndReason reason, long exchange)
    {
        if ((exchange & ReasonMask) != 0
            || Interlocked.CompareExchange(ref _exchange, exchange | (long)reason, exchange) != exchange)
            return;
        _socket.Dispose();
        _ended.Cancel();
    }

    private bool TryLeave(int next)
    {
        if (Interlocked.CompareExchange(ref _state, next, Idle) != Idle)
            return false;
        if (next == Closed)
            Release();
        return true;
    }

    private void Release()
    {
        _socket.Dispose();
        // A receive that is still under way ends by that; its buffer stays with it.
        Dispose();
        Pool?.Forget(this);
    }

    private static PodException Broken(SocketError error) =>
        new(HttpRequestError.ResponseEnded, $"The connection to the pod broke: {error}.", new SocketException((int)error));
}
