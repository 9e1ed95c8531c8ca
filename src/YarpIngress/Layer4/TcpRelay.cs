using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace YarpIngress.Layer4;

/// <summary>
/// Copies what a client sends to a pod, and back, until both have said all. Either side may end its half first. When one breaks
/// off, the other one gets what was said before and is broken off, too: nobody takes a torn connection for a complete one.
/// </summary>
/// <remarks>
/// Of a connection of Kestrel's, what that reads of the client is the beginning, and goes on being so; it is written to past Kestrel,
/// which knows no half-closed connection: its own output stays empty. A direction that is silent has no buffer.
/// </remarks>
internal sealed class TcpRelay
{
    private const int BufferSize = 32 * 1024;

    // Both sides of a bulk transfer may be always ready: the thread that polls sockets then goes on with others.
    private const int MostAtOnce = 16;

    private readonly Socket _client;
    private readonly PipeReader? _input;
    private readonly Socket _pod;
    private readonly Way _up;
    private readonly Way _down;
    private readonly RelayLimits _limits;
    private readonly RelayCounts _counts;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenSource _ways;
    private readonly IdleWatch _idle;
    private int _end = -1;

    private TcpRelay(
        Socket client, PipeReader? input, Socket pod, RelayLimits limits, RelayCounts counts, TimeProvider time, CancellationToken ct)
    {
        (_client, _input, _pod, _limits, _counts, _time) = (client, input, pod, limits, counts, time);
        (_up, _down) = (new Way(client, pod), new Way(pod, client));
        _over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _ways = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        _idle = new IdleWatch(limits.Idle, time, GiveUp);
    }

    /// <summary>Relays a connection of Kestrel's until it is over. The caller disposes of both sides.</summary>
    /// <param name="client">What of it is unread goes to the pod; nothing may have been written to it.</param>
    /// <param name="pod">Connected.</param>
    /// <param name="limits">How long it may stand still.</param>
    /// <param name="counts">Where bytes are counted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="draining">The gateway stops: <see cref="RelayLimits.DrainIdle"/> applies.</param>
    /// <param name="ct">Ends it at once.</param>
    public static Task<RelayEnd> RunAsync(
        ConnectionContext client, Socket pod, RelayLimits limits, RelayCounts counts, TimeProvider time, CancellationToken draining,
        CancellationToken ct)
    {
        var socket = client.Features.Get<IConnectionSocketFeature>()?.Socket
            ?? throw new InvalidOperationException("A connection without a socket can't be relayed.");
        return new TcpRelay(socket, client.Transport.Input, pod, limits, counts, time, ct).RunAsync(draining);
    }

    /// <summary>The same with a socket that nobody else reads.</summary>
    public static Task<RelayEnd> RunAsync(
        Socket client, Socket pod, RelayLimits limits, RelayCounts counts, TimeProvider time, CancellationToken draining,
        CancellationToken ct)
    {
        client.Blocking = false;
        return new TcpRelay(client, null, pod, limits, counts, time, ct).RunAsync(draining);
    }

    private async Task<RelayEnd> RunAsync(CancellationToken draining)
    {
        _pod.Blocking = false;
        using (_over)
        using (_ways)
        using (_idle)
        using (draining.UnsafeRegister(_ => _idle.Hurry(_limits.DrainIdle), null))
        {
            var up = _input is null ? CopyAsync(_up, _down, _ways.Token) : UpAsync(_input, _ways.Token);
            await Task.WhenAll(up, CopyAsync(_down, _up, _ways.Token));
            if (_end < 0)
                return RelayEnd.Closed;
            await ConnectionState.UntilSentAsync(_client, _idle, _time, _over.Token);
            await ConnectionState.UntilSentAsync(_pod, _idle, _time, _over.Token);
        }
        // By a reset: neither side is to take what it got for everything. Kestrel would say goodbye first.
        _client.Close(0);
        _pod.Close(0);
        return (RelayEnd)_end;
    }

    private async Task UpAsync(PipeReader input, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(ct);
                foreach (var part in read.Buffer)
                    await SendAsync(_up, part, ct);
                _counts.AddReceived(read.Buffer.Length);
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                    break;
            }
            PassEnd(_up, _down);
        }
        catch (Exception error) when (IsOfConnection(error))
        {
            Break(_up, error);
        }
    }

    private async Task CopyAsync(Way way, Way back, CancellationToken ct)
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                // Waits without a buffer.
                await way.From.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, ct);
                buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                var bytes = buffer.Length;
                // One that is not filled was all that there is.
                for (var taken = 1; bytes == buffer.Length; taken++)
                {
                    bytes = Receive(way.From, buffer);
                    if (bytes == 0)
                    {
                        PassEnd(way, back);
                        return;
                    }
                    if (bytes < 0)
                        break;
                    await SendAsync(way, buffer.AsMemory(0, bytes), ct);
                    Count(way, bytes);
                    if (taken % MostAtOnce == 0)
                        await Task.Yield();
                }
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
            }
        }
        catch (Exception error) when (IsOfConnection(error))
        {
            Break(way, error);
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What is there: 0 is the end, -1 nothing yet.</summary>
    private static int Receive(Socket from, byte[] buffer)
    {
        var bytes = from.Receive(buffer, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => bytes,
            SocketError.WouldBlock => -1,
            _ => throw new SocketException((int)error),
        };
    }

    private void Count(Way way, int bytes)
    {
        if (way == _up)
            _counts.AddReceived(bytes);
        else
            _counts.AddSent(bytes);
    }

    private async ValueTask SendAsync(Way way, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        _idle.Touch();
        way.IsSending = true;
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await way.To.SendAsync(bytes, SocketFlags.None, ct)..];
            _idle.Touch();
        }
        way.IsSending = false;
    }

    private static void PassEnd(Way way, Way back)
    {
        // After a reset that what is sent back has met, the end seems to be a regular one.
        if (!back.IsSending || !ConnectionState.IsGone(way.From))
            way.To.Shutdown(SocketShutdown.Send);
    }

    /// <summary>
    /// A way broke. Whom nothing can be sent to may have said something before: that is for the other way, which then meets the end
    /// by itself. From whom nothing can be received there is nothing more to come, and nobody for what the other way brings.
    /// </summary>
    private void Break(Way way, Exception error)
    {
        var isOfPod = way.IsSending == (way == _up);
        var mayHaveSaidMore = way.IsSending;
        // It had ended its half before, which the other way will read.
        if (error is SocketException { SocketErrorCode: SocketError.Shutdown })
            way.IsSending = false;
        SetEnd(error is OperationCanceledException ? RelayEnd.Stopped : isOfPod ? RelayEnd.PodBroke : RelayEnd.ClientBroke);
        _idle.Hurry(_limits.TornIdle);
        if (!mayHaveSaidMore)
            _ways.Cancel();
    }

    private void GiveUp()
    {
        SetEnd(RelayEnd.Idle);
        try
        {
            _over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at the same moment.
            return;
        }
    }

    /// <summary>The first reason counts; what is met afterwards follows from it.</summary>
    private void SetEnd(RelayEnd end) => Interlocked.CompareExchange(ref _end, (int)end, -1);

    private static bool IsOfConnection(Exception error) =>
        error is OperationCanceledException or IOException or SocketException or ObjectDisposedException;

    /// <summary>One direction.</summary>
    private sealed class Way(Socket from, Socket to)
    {
        private volatile bool _isSending;

        public Socket From { get; } = from;

        public Socket To { get; } = to;

        /// <summary>Something is being sent, or could not be.</summary>
        public bool IsSending
        {
            get => _isSending;
            set => _isSending = value;
        }
    }
}
