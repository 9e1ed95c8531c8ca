using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Translation.Model;

namespace YarpIngress.Layer4.Streams;

/// <summary>
/// A UDP socket with the sessions of its clients: takes their datagrams, and ends the sessions that were silent for too long, or
/// longest when there are too many.
/// </summary>
internal sealed partial class UdpSessions : IDisposable
{
    private const int LargestDatagram = 65_535;

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(10);

    // A flood would otherwise keep the thread that polls sockets from all others.
    private const int MostAtOnce = 256;

    private readonly UdpStreamListener _owner;
    private readonly Socket _socket;
    private readonly UdpSessionTable _sessions;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly ITimer _timer;
    private readonly ILogger<UdpSessions> _log;
    private bool _isClosed;

    public UdpSessions(UdpStreamListener owner, Socket socket)
    {
        (_owner, _socket, _log) = (owner, socket, owner.Host.Loggers.CreateLogger<UdpSessions>());
        _sessions = new UdpSessionTable(owner.Host.Time);
        _timer = owner.Host.Time.CreateTimer(
            static sessions => ((UdpSessions)sessions!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = Task.Run(() => ReceiveAsync(_closed.Token), CancellationToken.None);
    }

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _sessions.Count == 0;
        }
    }

    /// <summary>Cancelled when the port is closed.</summary>
    public CancellationToken Closed => _closed.Token;

    public StreamCounts Counts => _owner.Counts;

    /// <summary>Sends an endpoint's datagram to its client. Whether that was the last answer that was expected.</summary>
    public async ValueTask<bool> AnswerAsync(UdpSession session, ReadOnlyMemory<byte> datagram, CancellationToken ct)
    {
        // Before it is sent: who speaks once this client was answered has been silent for less long.
        lock (_lock)
            _sessions.Touch(session);
        await _socket.SendToAsync(datagram, SocketFlags.None, session.Client, ct);
        Counts.Send(datagram.Length);
        lock (_lock)
        {
            session.Sent += datagram.Length;
            if (++session.Answers < _owner.Host.Settings.Responses * session.Requests)
                return false;
            // At once: a client that asks again as soon as it is answered must not find a session that is about to end.
            if (!_sessions.Remove(session))
                return true;
        }
        Finish(session);
        return true;
    }

    /// <summary>Ends a session; its client's next datagram begins another. False when it was over already.</summary>
    public bool End(UdpSession session)
    {
        lock (_lock)
        {
            if (!_sessions.Remove(session))
                return false;
        }
        Finish(session);
        return true;
    }

    /// <summary>Something failed that is no matter of the network.</summary>
    public void Fail(Exception error) => Log.Failed(_log, _owner.Current.Port.Key, error);

    /// <summary>Ends those whose pod is not among these addresses.</summary>
    public void EndWithout(IReadOnlySet<string> pods) => End(session => !pods.Contains(session.Pod.Text));

    /// <summary>Ends those that were silent for too long.</summary>
    public void Sweep()
    {
        var idle = _owner.Host.Settings.IdleTimeout;
        while (MostSilent() is { } session)
        {
            var left = idle - _owner.Host.Time.GetElapsedTime(session.LastMove);
            if (left > TimeSpan.Zero)
            {
                // Timers count in milliseconds: one of less would come back at once.
                Schedule(left + TimeSpan.FromMilliseconds(1));
                return;
            }
            End(session);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
            _isClosed = true;
        }
        _closed.Cancel();
        _timer.Dispose();
        _socket.Dispose();
        End(_ => true);
    }

    private async Task ReceiveAsync(CancellationToken ct)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(LargestDatagram, pinned: true);
        var client = new SocketAddress(_socket.AddressFamily);
        for (var received = 1; !ct.IsCancellationRequested; received++)
        {
            try
            {
                var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, client, ct);
                Pass(buffer.AsSpan(0, length), client);
                if (received % MostAtOnce == 0)
                    await Task.Yield();
            }
            catch (Exception) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Whatever it is, it is of one datagram: the next is another's. If not, it must not keep a processor busy.
                Fail(error);
                await Task.Delay(PauseAfterFault, _owner.Host.Time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Pass(ReadOnlySpan<byte> datagram, SocketAddress client)
    {
        Counts.Receive(datagram.Length);
        var session = Find(client, datagram.Length) ?? Begin(client, datagram.Length);
        if (session is not null && !session.TrySend(datagram))
        {
            // The endpoint has refused an earlier one, and it is another's turn; or the session has just ended.
            if (End(session))
                Counts.Miss();
            session = Begin(client, datagram.Length);
            if (session?.TrySend(datagram) == false)
            {
                if (End(session))
                    Counts.Miss();
                session = null;
            }
        }
        if (session is null)
            Counts.Refuse();
        else if (_owner.Host.Settings.Responses == 0)
            End(session);
    }

    private UdpSession? Find(SocketAddress client, int length)
    {
        lock (_lock)
        {
            if (_sessions.Of(client) is not { } session)
                return null;
            session.Requests++;
            session.Received += length;
            _sessions.Touch(session);
            return session;
        }
    }

    private UdpSession? Begin(SocketAddress client, int length)
    {
        var host = _owner.Host;
        if (host.Draining.IsCancellationRequested)
            return null;
        if (!host.SessionPlaces.TryTake())
        {
            // Who is silent for longest makes room, among the clients of the same port.
            if (MostSilent() is { } silent)
                End(silent);
            if (!host.SessionPlaces.TryTake())
                return null;
        }
        if (_owner.Connect(() => client.ToEndPoint().Address) is not { } connected)
        {
            host.SessionPlaces.Release();
            return null;
        }
        var session = new UdpSession(this, connected.Socket, connected.Pod, client.Copy()) { Received = length };
        bool isFirst;
        lock (_lock)
        {
            if (_isClosed)
            {
                session.Dispose();
                host.SessionPlaces.Release();
                return null;
            }
            isFirst = _sessions.Count == 0;
            _sessions.Add(session);
        }
        Counts.Begin();
        if (isFirst)
            Schedule(host.Settings.IdleTimeout);
        _ = session.AnswerAsync();
        return session;
    }

    private void Write(UdpSession session)
    {
        _owner.Host.AccessLog.Write(new StreamLogEntry
        {
            Client = session.Client.ToEndPoint(),
            ServerPort = _owner.Current.Port.Key.Port,
            Protocol = "UDP",
            Status = 200,
            Sent = session.Sent,
            Received = session.Received,
            StartedAt = session.StartedAt,
            EndedAt = Stopwatch.GetTimestamp(),
            Upstream = session.Pod.Text,
        });
    }

    private void End(Func<UdpSession, bool> condition)
    {
        List<UdpSession> ended;
        lock (_lock)
            ended = [.. _sessions.BySilence.Where(condition)];
        ended.ForEach(session => End(session));
    }

    private UdpSession? MostSilent()
    {
        lock (_lock)
            return _sessions.MostSilent;
    }

    private void Finish(UdpSession session)
    {
        session.Dispose();
        Counts.End();
        _owner.Host.SessionPlaces.Release();
        Write(session);
    }

    private void Schedule(TimeSpan left)
    {
        lock (_lock)
        {
            if (!_isClosed)
                _timer.Change(left, Timeout.InfiniteTimeSpan);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Port}: a datagram failed", EventName = "StreamDatagramFailed")]
        public static partial void Failed(ILogger log, StreamKey port, Exception error);
    }
}
