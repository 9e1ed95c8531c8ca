using System.Net;
using System.Net.Sockets;
using System.Text;
using YarpIngress.Layer4;

namespace YarpIngress.Tests.Layer4;

/// <summary>What one side said before it broke off reaches the other one, and then that it was broken off.</summary>
public sealed class TcpRelayTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_words_of_a_pod_reach_a_client_that_says_more_or_has_said_all(bool saysMore)
    {
        var (client, near) = await PairAsync();
        var (far, pod) = await PairAsync();
        using (client)
        using (near)
        using (far)
        {
            await pod.SendAsync("goodbye"u8.ToArray(), Ct);
            await far.SendAsync(new byte[1], Ct);
            await Wait.UntilAsync(() => pod.Available == 1 && far.Available == 7, "both arrived");
            // With something left unread, closing is a reset.
            pod.Close();
            await SayMoreOrEndAsync(client, near, saysMore);

            Assert.Equal(RelayEnd.PodBroke, await RelayAsync(near, far));
            Assert.Equal("goodbye", await ReadAsync(client, 7));
            var end = await Assert.ThrowsAsync<SocketException>(() => ReadAsync(client, 1));
            Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task So_does_the_end_of_a_pod_that_had_said_all(bool saysMore)
    {
        var (client, near) = await PairAsync();
        var (far, pod) = await PairAsync();
        using (client)
        using (near)
        using (far)
        {
            await pod.SendAsync("goodbye"u8.ToArray(), Ct);
            pod.Close();
            await Wait.UntilAsync(() => far.Available == 7, "it arrived");
            await far.SendAsync(new byte[1], Ct);
            await Wait.UntilAsync(() => ConnectionState.Unsent(far) == 0, "the answer to that is a reset");
            await SayMoreOrEndAsync(client, near, saysMore);

            await RelayAsync(near, far);
            Assert.Equal("goodbye", await ReadAsync(client, 7));
            Assert.Equal("", await ReadAsync(client, 1));
        }
    }

    [Fact]
    public async Task The_last_words_of_a_client_reach_a_slow_pod()
    {
        const int length = 50_000;
        var (client, near) = await PairAsync();
        var (far, pod) = await PairAsync(buffer: 4096);
        using (near)
        using (far)
        using (pod)
        {
            await near.SendAsync(new byte[1], Ct);
            await client.SendAsync(new byte[length], Ct);
            await Wait.UntilAsync(() => client.Available == 1 && near.Available == length, "both arrived");
            client.Close();
            var relayed = RelayAsync(near, far);
            Assert.Equal(length, await LastWords.HearAsync(pod));
            Assert.Equal(RelayEnd.ClientBroke, await relayed);
        }
    }

    private static Task<RelayEnd> RelayAsync(Socket client, Socket pod)
    {
        var limits = new RelayLimits(Wait.Deadline, Wait.Deadline, Wait.Deadline);
        return TcpRelay.RunAsync(client, pod, limits, new RelayCounts(), TimeProvider.System, CancellationToken.None, Ct);
    }

    private static async Task SayMoreOrEndAsync(Socket client, Socket near, bool saysMore)
    {
        if (saysMore)
            await client.SendAsync("more"u8.ToArray(), Ct);
        else
            client.Shutdown(SocketShutdown.Send);
        await Wait.UntilAsync(() => near.Poll(0, SelectMode.SelectRead), "it is there");
    }

    private static async Task<string> ReadAsync(Socket socket, int most)
    {
        var buffer = new byte[most];
        var all = 0;
        while (all < most && await socket.ReceiveAsync(buffer.AsMemory(all), Ct) is > 0 and var bytes)
            all += bytes;
        return Encoding.ASCII.GetString(buffer, 0, all);
    }

    /// <summary>A connection's two ends.</summary>
    /// <param name="buffer">What the second one takes without being read.</param>
    private static async Task<(Socket, Socket)> PairAsync(int? buffer = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        if (buffer is { } size)
            listener.Server.ReceiveBufferSize = size;
        listener.Start();
        var connected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await connected.ConnectAsync(listener.LocalEndpoint, Ct);
        return (connected, await listener.AcceptSocketAsync(Ct));
    }
}
