using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace YarpIngress.Layer4;

/// <summary>
/// Copies what a client sends to a pod, and back, until both have said all. Either side may end its half first; who breaks off has
/// the other one broken off, too, so that nobody takes a torn connection for a complete one.
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
    private readonly RelayCounts _counts;
    private readonly CancellationTokenSource _over;
    private readonly IdleWatch _idle;
    private int _end = -1;

    private TcpRelay(
        Socket client, PipeReader? input, Socket pod, RelayLimits limits, RelayCounts counts, TimeProvider time, CancellationToken ct)
    {
        (_client, _input, _pod, _counts) = (client, input, pod, counts);
        _over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _idle = new IdleWatch(limits.Idle, time, () => End(RelayEnd.Idle));
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
        return RunAsync(new TcpRelay(socket, client.Transport.Input, pod, limits, counts, time, ct), limits, draining);
    }

    /// <summary>The same with a socket that nobody else reads.</summary>
    public static Task<RelayEnd> RunAsync(
        Socket client, Socket pod, RelayLimits limits, RelayCounts counts, TimeProvider time, CancellationToken draining,
        CancellationToken ct)
    {
        client.Blocking = false;
        return RunAsync(new TcpRelay(client, null, pod, limits, counts, time, ct), limits, draining);
    }

    private static async Task<RelayEnd> RunAsync(TcpRelay relay, RelayLimits limits, CancellationToken draining)
    {
        relay._pod.Blocking = false;
        using (relay._over)
        using (relay._idle)
        using (draining.UnsafeRegister(_ => relay._idle.Hurry(limits.DrainIdle), null))
        {
            var ct = relay._over.Token;
            var up = relay._input is { } input ? relay.UpAsync(input, ct) : relay.CopyAsync(isUp: true, ct);
            await Task.WhenAll(up, relay.CopyAsync(isUp: false, ct));
        }
        return relay._end < 0 ? RelayEnd.Closed : (RelayEnd)relay._end;
    }

    private async Task UpAsync(PipeReader input, CancellationToken ct)
    {
        var broken = RelayEnd.ClientBroke;
        try
        {
            while (true)
            {
                broken = RelayEnd.ClientBroke;
                var read = await input.ReadAsync(ct);
                broken = RelayEnd.PodBroke;
                foreach (var part in read.Buffer)
                    await SendAsync(_pod, part, ct);
                _counts.AddReceived(read.Buffer.Length);
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                    break;
            }
            _pod.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (IsOfConnection(error))
        {
            End(error is OperationCanceledException ? RelayEnd.Stopped : broken);
        }
    }

    private async Task CopyAsync(bool isUp, CancellationToken ct)
    {
        var (from, to) = isUp ? (_client, _pod) : (_pod, _client);
        var isOfTarget = false;
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                // Waits without a buffer.
                await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, ct);
                buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                var bytes = buffer.Length;
                // One that is not filled was all that there is.
                for (var taken = 1; bytes == buffer.Length; taken++)
                {
                    bytes = Receive(from, buffer);
                    if (bytes == 0)
                    {
                        to.Shutdown(SocketShutdown.Send);
                        return;
                    }
                    if (bytes < 0)
                        break;
                    isOfTarget = true;
                    await SendAsync(to, buffer.AsMemory(0, bytes), ct);
                    isOfTarget = false;
                    Count(isUp, bytes);
                    if (taken % MostAtOnce == 0)
                        await Task.Yield();
                }
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
            }
        }
        catch (Exception error) when (IsOfConnection(error))
        {
            End(error is OperationCanceledException ? RelayEnd.Stopped : isUp == isOfTarget ? RelayEnd.PodBroke : RelayEnd.ClientBroke);
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

    private void Count(bool isUp, int bytes)
    {
        if (isUp)
            _counts.AddReceived(bytes);
        else
            _counts.AddSent(bytes);
    }

    private async ValueTask SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        _idle.Touch();
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, SocketFlags.None, ct)..];
            _idle.Touch();
        }
    }

    /// <summary>The first reason counts; what the other direction meets afterwards follows from it.</summary>
    private void End(RelayEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, (int)end, -1) != -1)
            return;
        // By a reset: neither side is to take what it got for everything. Kestrel would say goodbye first.
        _client.Close(0);
        _pod.Close(0);
        try
        {
            _over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Both directions ended by themselves at the same moment.
            return;
        }
    }

    private static bool IsOfConnection(Exception error) =>
        error is OperationCanceledException or IOException or SocketException or ObjectDisposedException;
}
