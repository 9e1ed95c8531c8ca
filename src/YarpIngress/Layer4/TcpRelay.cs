using System.Buffers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace YarpIngress.Layer4;

/// <summary>
/// Copies what a client sends to a pod, and back, until both have said all. Either side may end its half first; who breaks off has
/// the other one broken off, too, so that nobody takes a torn connection for a complete one.
/// </summary>
/// <remarks>
/// What Kestrel has read of the client is the beginning. It is written to past Kestrel, which knows no half-closed connection: its
/// own output stays empty. A direction that is silent has no buffer.
/// </remarks>
internal sealed class TcpRelay
{
    private const int BufferSize = 16 * 1024;

    private readonly ConnectionContext _connection;
    private readonly Socket _client;
    private readonly Socket _pod;
    private readonly RelayCounts _counts;
    private readonly CancellationTokenSource _over;
    private readonly IdleWatch _idle;
    private int _end = -1;

    private TcpRelay(ConnectionContext connection, Socket pod, RelayLimits limits, RelayCounts counts, TimeProvider time, CancellationToken ct)
    {
        _connection = connection;
        _client = connection.Features.Get<IConnectionSocketFeature>()?.Socket
            ?? throw new InvalidOperationException("A connection without a socket can't be relayed.");
        (_pod, _counts) = (pod, counts);
        _over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _idle = new IdleWatch(limits.Idle, time, () => End(RelayEnd.Idle));
    }

    /// <summary>Relays until the connection is over. The caller disposes of both sides.</summary>
    /// <param name="client">What of it is unread goes to the pod; nothing may have been written to it.</param>
    /// <param name="pod">Connected.</param>
    /// <param name="limits">How long it may stand still.</param>
    /// <param name="counts">Where bytes are counted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="draining">The gateway stops: <see cref="RelayLimits.DrainIdle"/> applies.</param>
    /// <param name="ct">Ends it at once.</param>
    public static async Task<RelayEnd> RunAsync(
        ConnectionContext client, Socket pod, RelayLimits limits, RelayCounts counts, TimeProvider time, CancellationToken draining,
        CancellationToken ct)
    {
        var relay = new TcpRelay(client, pod, limits, counts, time, ct);
        using (relay._over)
        using (relay._idle)
        using (draining.UnsafeRegister(_ => relay._idle.Hurry(limits.DrainIdle), null))
            await Task.WhenAll(relay.UpAsync(relay._over.Token), relay.DownAsync(relay._over.Token));
        return relay._end < 0 ? RelayEnd.Closed : (RelayEnd)relay._end;
    }

    private async Task UpAsync(CancellationToken ct)
    {
        var input = _connection.Transport.Input;
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

    private async Task DownAsync(CancellationToken ct)
    {
        var broken = RelayEnd.PodBroke;
        try
        {
            while (true)
            {
                broken = RelayEnd.PodBroke;
                // Waits without a buffer.
                await _pod.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, ct);
                using var buffer = MemoryPool<byte>.Shared.Rent(BufferSize);
                var bytes = await _pod.ReceiveAsync(buffer.Memory, SocketFlags.None, ct);
                if (bytes == 0)
                    break;
                broken = RelayEnd.ClientBroke;
                await SendAsync(_client, buffer.Memory[..bytes], ct);
                _counts.AddSent(bytes);
            }
            _client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (IsOfConnection(error))
        {
            End(error is OperationCanceledException ? RelayEnd.Stopped : broken);
        }
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
