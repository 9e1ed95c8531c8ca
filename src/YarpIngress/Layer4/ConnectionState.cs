using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace YarpIngress.Layer4;

/// <summary>What the system knows of a connection, as far as that is Linux.</summary>
internal static class ConnectionState
{
    // Of struct tcp_info in linux/tcp.h: the state, packets that are not acknowledged, bytes that are not sent.
    private const int TcpProtocol = 6;
    private const int TcpInfo = 11;
    private const int State = 0;
    private const int Unacknowledged = 24;
    private const int NotSent = 144;
    private const int Size = 148;
    private const byte Closed = 7;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether it was reset, or both sides have ended it.</summary>
    public static bool IsGone(Socket socket)
    {
        Span<byte> info = stackalloc byte[Size];
        return Read(socket, info) && info[State] == Closed;
    }

    /// <summary>
    /// What was sent and is still on its way: 0 when the other end's system has everything, or is gone; else it falls with all that
    /// arrives.
    /// </summary>
    public static long Unsent(Socket socket)
    {
        Span<byte> info = stackalloc byte[Size];
        if (!Read(socket, info) || info[State] == Closed)
            return 0;
        return (long)MemoryMarshal.Read<uint>(info[Unacknowledged..]) + MemoryMarshal.Read<uint>(info[NotSent..]);
    }

    /// <summary>Waits until nothing is on its way: a reset would overtake it.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="idle">Is told when something of it has arrived.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Gives it up; no exception then.</param>
    public static async Task UntilSentAsync(Socket socket, IdleWatch idle, TimeProvider time, CancellationToken ct)
    {
        try
        {
            for (var before = long.MaxValue; Unsent(socket) is > 0 and var left && !ct.IsCancellationRequested; before = left)
            {
                if (left < before)
                    idle.Touch();
                await Task.Delay(Pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Somebody else has closed it.
            return;
        }
    }

    private static bool Read(Socket socket, Span<byte> info) =>
        OperatingSystem.IsLinux() && socket.GetRawSocketOption(TcpProtocol, TcpInfo, info) == Size;
}
