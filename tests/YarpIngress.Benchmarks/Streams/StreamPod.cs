using System.Net;
using System.Net.Sockets;
using YarpIngress.Benchmarks.Processes;

namespace YarpIngress.Benchmarks.Streams;

/// <summary>
/// What TCP and UDP ports lead to, as a process of its own: gives back what it gets; but a connection that begins with <c>d</c> gets
/// bytes without end, and of one that begins with <c>u</c> they are taken without end.
/// </summary>
internal static class StreamPod
{
    /// <summary>The first argument, which makes the benchmarks' program this pod.</summary>
    public const string Mode = "stream-pod";

    public const byte Download = (byte)'d';
    public const byte Upload = (byte)'u';

    private const int BufferSize = 64 * 1024;

    /// <summary>Starts it on a port of both protocols.</summary>
    public static async Task<(ChildProcess Process, IPEndPoint Address)> StartAsync(CancellationToken ct)
    {
        var address = new IPEndPoint(IPAddress.Loopback, ChildProcess.FreePort());
        var process = ChildProcess.Start(Launch.Self(Mode, $"{address.Port}") with { Processor = Processors.Load });
        await process.WaitForPortAsync(address.Port, TimeSpan.FromSeconds(20), ct);
        return (process, address);
    }

    public static async Task RunAsync(string[] args, CancellationToken ct)
    {
        var address = new IPEndPoint(IPAddress.Loopback, int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture));
        using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        datagrams.Bind(address);
        using var connections = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        connections.Bind(address);
        connections.Listen(1024);
        try
        {
            await Task.WhenAll(AnswerAsync(datagrams, ct), AcceptAsync(connections, ct));
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private static async Task AnswerAsync(Socket socket, CancellationToken ct)
    {
        var buffer = new byte[BufferSize];
        var sender = new SocketAddress(AddressFamily.InterNetwork);
        while (true)
        {
            try
            {
                var length = await socket.ReceiveFromAsync(buffer, SocketFlags.None, sender, ct);
                await socket.SendToAsync(buffer.AsMemory(0, length), SocketFlags.None, sender, ct);
            }
            catch (SocketException)
            {
                // Of a sender that has gone.
                continue;
            }
        }
    }

    private static async Task AcceptAsync(Socket socket, CancellationToken ct)
    {
        while (true)
            _ = ServeAsync(await socket.AcceptAsync(ct), ct);
    }

    private static async Task ServeAsync(Socket socket, CancellationToken ct)
    {
        using (socket)
        {
            socket.NoDelay = true;
            try
            {
                var buffer = new byte[1024];
                var length = await socket.ReceiveAsync(buffer, ct);
                if (length == 0)
                    return;
                if (buffer[0] is Download or Upload)
                    await FloodAsync(socket, isDownload: buffer[0] == Download, ct);
                for (; length > 0; length = await socket.ReceiveAsync(buffer, ct))
                    await socket.SendAsync(buffer.AsMemory(0, length), ct);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The client has what it wanted.
                return;
            }
        }
    }

    private static async Task FloodAsync(Socket socket, bool isDownload, CancellationToken ct)
    {
        var buffer = new byte[BufferSize];
        while (isDownload)
            await socket.SendAsync(buffer, ct);
        while (await socket.ReceiveAsync(buffer, ct) > 0)
        {
        }
        throw new OperationCanceledException();
    }
}
