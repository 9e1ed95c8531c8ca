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

    /// <summary>
    /// Copies both ways until both sides have ended. One side's end is passed on and the other way goes on (half-close). What a side
    /// said before it broke off still gets through, as where the kernel forwards packets.
    /// </summary>
    public static async Task RunAsync(Socket client, Socket endpoint, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var torn = new CancellationTokenSource();
        var there = CopyAsync(client, endpoint, over, torn);
        var back = CopyAsync(endpoint, client, over, torn);
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
    /// <param name="from">What is read.</param>
    /// <param name="to">What is written.</param>
    /// <param name="over">Ends both ways.</param>
    /// <param name="torn">One way broke off: the end of the other is none to pass on.</param>
    private static async Task<bool> CopyAsync(Socket from, Socket to, CancellationTokenSource over, CancellationTokenSource torn)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var isSending = false;
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer.AsMemory(0, BufferSize), over.Token)) > 0)
            {
                isSending = true;
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), over.Token);
                isSending = false;
            }

            if (torn.IsCancellationRequested)
                return false;
            isSending = true;
            to.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await torn.CancelAsync();
            // A server that says goodbye and closes resets whoever asks meanwhile: its goodbye is still to be read, by the other way,
            // which then meets the end by itself.
            if (!isSending)
                await over.CancelAsync();
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
