using System.Net;
using System.Net.Sockets;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>
/// The connections to one address. The one that served last serves next: few stay warm, and what a peak needed runs into
/// its idle timeout.
/// </summary>
/// <param name="address">The address as YARP has it: <c>http://10.0.0.1:8080</c>.</param>
/// <param name="authority">For a request without a host.</param>
/// <param name="endPoint">Where to connect to.</param>
/// <param name="pools">All pools, this one included.</param>
internal sealed class EndpointPool(string address, string authority, EndPoint endPoint, ConnectionPools pools)
{
    private readonly Lock _lock = new();
    private readonly List<PodConnection> _idle = [];
    private readonly HashSet<PodConnection> _all = [];
    private long _usedAt = Environment.TickCount64;
    private bool _isRetired;

    /// <summary>The address as YARP has it.</summary>
    public string Address { get; } = address;

    /// <summary>Host and port as a Host header has them.</summary>
    public string Authority { get; } = authority;

    /// <summary>The bounds of its connections.</summary>
    public Http1Limits Limits => pools.Limits;

    /// <summary>How many connections are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _all.Count;
        }
    }

    /// <summary>How many connections are open, and how many of them wait for a request.</summary>
    public (int Open, int Idle) Connections
    {
        get
        {
            lock (_lock)
                return (_all.Count, Math.Min(_idle.Count, _all.Count));
        }
    }

    /// <summary>An open connection that waits; null when there is none.</summary>
    public PodConnection? TryTake()
    {
        lock (_lock)
        {
            while (_idle.Count > 0)
            {
                var connection = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                if (connection.TryTake())
                    return connection;
            }
        }
        return null;
    }

    /// <summary>Makes a connection.</summary>
    /// <param name="patience">How long it may take.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="PodException">It was refused, or the name is not known.</exception>
    /// <exception cref="OperationCanceledException">
    /// The connect timeout passed: then with a <see cref="TimeoutException"/> inside, as SocketsHttpHandler has it.
    /// </exception>
    public async ValueTask<PodConnection> ConnectAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        Socket socket;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        try
        {
            socket = await OutgoingConnection.ConnectAsync(endPoint, timeout.Token);
        }
        catch (SocketException e)
        {
            pools.Fail();
            throw new PodException(
                e.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
                    ? HttpRequestError.NameResolutionError
                    : HttpRequestError.ConnectionError,
                e.Message,
                e);
        }
        catch (OperationCanceledException e)
        {
            if (cancellationToken.IsCancellationRequested)
                throw;
            pools.Fail();
            throw new OperationCanceledException(
                e.Message, new TimeoutException($"No connection to {Authority} within {patience}."), e.CancellationToken);
        }
        var connection = new PodConnection(socket);
        pools.Register(this, connection);
        return connection;
    }

    /// <summary>Takes a new connection in; false when this pool is given up.</summary>
    public bool TryAdd(PodConnection connection)
    {
        lock (_lock)
        {
            if (_isRetired)
                return false;
            connection.Pool = this;
            _all.Add(connection);
            return true;
        }
    }

    /// <summary>Takes a connection back whose exchange is over, and which may serve another one.</summary>
    public void Return(PodConnection connection)
    {
        var now = Environment.TickCount64;
        _usedAt = now;
        if (connection.IsOld(now, Limits) || _idle.Count >= Limits.MaximumIdle)
        {
            connection.Close();
            return;
        }
        if (!connection.TryBecomeIdle())
            return;
        lock (_lock)
        {
            if (_idle.Count < Limits.MaximumIdle)
            {
                _idle.Add(connection);
                return;
            }
        }
        // Others that came back at the same moment have taken the last places.
        if (connection.TryTake())
            connection.Close();
    }

    /// <summary>A connection was closed.</summary>
    public void Forget(PodConnection connection)
    {
        lock (_lock)
            _all.Remove(connection);
    }

    /// <summary>Applies the timeouts.</summary>
    /// <returns>True when nothing is left and the pool is given up.</returns>
    public bool Sweep(long now)
    {
        PodConnection[] all;
        lock (_lock)
        {
            if (_all.Count == 0)
            {
                _idle.Clear();
                _isRetired = now - _usedAt >= Limits.IdleTimeout.TotalMilliseconds;
                return _isRetired;
            }
            all = [.. _all];
        }
        // Outside of the lock: what ends here runs its exchange's end at once.
        foreach (var connection in all)
            connection.Sweep(now, Limits);
        lock (_lock)
            _idle.RemoveAll(static connection => connection.IsClosed);
        return false;
    }

    /// <summary>Closes all connections: the process stops.</summary>
    public void Close()
    {
        PodConnection[] all;
        lock (_lock)
        {
            _isRetired = true;
            _idle.Clear();
            all = [.. _all];
        }
        foreach (var connection in all)
            connection.End(EndReason.Over);
    }
}
