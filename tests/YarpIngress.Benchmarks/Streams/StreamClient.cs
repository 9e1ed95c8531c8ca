using System.Globalization;
using System.Net;
using System.Net.Sockets;
using YarpIngress.Benchmarks.Load;

namespace YarpIngress.Benchmarks.Streams;

/// <summary>The other end of <see cref="StreamLoad"/>.</summary>
internal sealed class StreamClient(IPEndPoint target, StreamKind kind, string host)
{
    /// <summary>The first argument, which makes the benchmarks' program this client.</summary>
    public const string Mode = "stream-client";

    private const int Small = 100;
    private const int Unit = 1 << 20;
    private const int BufferSize = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly byte[] _question = kind is StreamKind.Hello ? TlsHello.For(host) : [(byte)'e', .. new byte[Small - 1]];

    public static async Task RunAsync(string[] args, CancellationToken ct)
    {
        int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);
        var client = new StreamClient(new IPEndPoint(IPAddress.Loopback, Number(0)), Enum.Parse<StreamKind>(args[1]), args[4]);
        Console.WriteLine(await Tries.RunAsync(
            Number(2), TimeSpan.FromSeconds(Number(3)), TimeSpan.Zero, tries => client.RepeatAsync(tries, ct)));
    }

    private async Task RepeatAsync(Tries tries, CancellationToken ct)
    {
        Socket? kept = null;
        var buffer = new byte[BufferSize];
        while (tries.Begin(out var began))
        {
            try
            {
                kept ??= await ConnectAsync(ct);
                await (kind switch
                {
                    StreamKind.Download => TakeAsync(kept, buffer, ct),
                    StreamKind.Upload => GiveAsync(kept, buffer, ct),
                    StreamKind.Datagram => AskAsync(kept, buffer, ct),
                    _ => ExchangeAsync(kept, buffer, ct),
                });
                if (kind is StreamKind.Connection or StreamKind.Hello)
                {
                    await EndAsync(kept, buffer, ct);
                    kept = null;
                }
                tries.Succeed(began);
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                tries.Fail();
                kept?.Dispose();
                kept = null;
            }
        }
        kept?.Dispose();
    }

    private async Task<Socket> ConnectAsync(CancellationToken ct)
    {
        var isUdp = kind is StreamKind.Datagram;
        var socket = new Socket(
            AddressFamily.InterNetwork, isUdp ? SocketType.Dgram : SocketType.Stream, isUdp ? ProtocolType.Udp : ProtocolType.Tcp);
        try
        {
            if (!isUdp)
                socket.NoDelay = true;
            await socket.ConnectAsync(target, ct);
            if (kind is StreamKind.Download or StreamKind.Upload)
                await socket.SendAsync(new[] { kind is StreamKind.Download ? StreamPod.Download : StreamPod.Upload }, ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task ExchangeAsync(Socket socket, byte[] buffer, CancellationToken ct)
    {
        await socket.SendAsync(_question, ct);
        for (var left = _question.Length; left > 0;)
            left -= await ReceiveAsync(socket, buffer, ct);
    }

    /// <summary>As a client does that has all it wanted: the other side ends, too.</summary>
    private static async Task EndAsync(Socket socket, byte[] buffer, CancellationToken ct)
    {
        socket.Shutdown(SocketShutdown.Send);
        if (await socket.ReceiveAsync(buffer, ct) > 0)
            throw new IOException("more than was asked for");
        socket.Dispose();
    }

    private static async Task TakeAsync(Socket socket, byte[] buffer, CancellationToken ct)
    {
        for (var left = Unit; left > 0;)
            left -= await ReceiveAsync(socket, buffer.AsMemory(0, Math.Min(left, BufferSize)), ct);
    }

    private static async Task GiveAsync(Socket socket, byte[] buffer, CancellationToken ct)
    {
        for (var left = Unit; left > 0;)
            left -= await socket.SendAsync(buffer.AsMemory(0, Math.Min(left, BufferSize)), ct);
    }

    private async Task AskAsync(Socket socket, byte[] buffer, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        await socket.SendAsync(_question, ct);
        await ReceiveAsync(socket, buffer, limit.Token);
    }

    private static async Task<int> ReceiveAsync(Socket socket, Memory<byte> buffer, CancellationToken ct) =>
        await socket.ReceiveAsync(buffer, ct) is > 0 and var bytes ? bytes : throw new IOException("the connection ended");
}
