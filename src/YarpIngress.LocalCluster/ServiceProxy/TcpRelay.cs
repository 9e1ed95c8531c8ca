using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace YarpIngress.LocalCluster.ServiceProxy;

/// <summary>Carries one connection to an endpoint and back.</summary>
internal static class TcpRelay
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);
    private const int BufferSize = 16 * 1024;

    /// <summary>Connects to the first endpoint that answers; null when none does.</summary>
    public static async Task<Socket?> ConnectAsync(IEnumerable<IPEndPoint> endpoints, IPAddress? source, CancellationToken cancel)
    {
        foreach (var endpoint in endpoints)
        {
            var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                if (source is not null && source.AddressFamily == endpoint.AddressFamily && IPAddress.IsLoopback(endpoint.Address))
                    Bind(socket, source);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                patience.CancelAfter(ConnectPatience);
                await socket.ConnectAsync(endpoint, patience.Token);
                return socket;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                cancel.ThrowIfCancellationRequested();
            }
        }

        return null;
    }

    private static void Bind(Socket socket, IPAddress source)
    {
        // The port is chosen when the destination is known, so that two connections to different endpoints can share one: without,
        // a few thousand short connections a second use up all ports of the address.
        const int ipProtocol = 0;
        const int bindAddressNoPort = 24;
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(ipProtocol, bindAddressNoPort, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(source, 0));
    }

    /// <summary>Copies both ways until both sides have ended. One side's end is passed on and the other way goes on (half-close).</summary>
    public static async Task RunAsync(Socket client, Socket endpoint, CancellationToken cancel)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var there = CopyAsync(client, endpoint, broken);
        var back = CopyAsync(endpoint, client, broken);
        if (!await there | !await back)
        {
            Reset(client);
            Reset(endpoint);
        }
    }

    /// <summary>Closes with a reset, so that the other side learns that this was no regular end.</summary>
    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }

    /// <summary>Whether the way ended regularly.</summary>
    private static async Task<bool> CopyAsync(Socket from, Socket to, CancellationTokenSource broken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer.AsMemory(0, BufferSize), broken.Token)) > 0)
            {
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), broken.Token);
            }

            to.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await broken.CancelAsync();
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
