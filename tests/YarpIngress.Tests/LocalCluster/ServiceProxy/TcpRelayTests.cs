using System.Net;
using System.Net.Sockets;
using System.Text;
using YarpIngress.LocalCluster.ServiceProxy;

namespace YarpIngress.Tests.LocalCluster.ServiceProxy;

public sealed class TcpRelayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_server_said_before_it_closed_reaches_a_client_that_asks_meanwhile()
    {
        var (client, near) = await PairAsync();
        var (endpoint, server) = await PairAsync();
        using (client)
        using (near)
        using (endpoint)
        {
            using (server)
            {
                await server.SendAsync(Encoding.ASCII.GetBytes("goodbye"), Cancel);
                // With something left unread, closing is a reset.
                await endpoint.SendAsync(new byte[1], Cancel);
                await Wait.UntilAsync(() => server.Available == 1 && endpoint.Available == 7, "both arrived");
            }

            await client.SendAsync(Encoding.ASCII.GetBytes("one more request"), Cancel);
            await Wait.UntilAsync(() => near.Available > 0, "request arrived");
            var relayed = TcpRelay.RunAsync(near, endpoint, Cancel);
            var answer = new byte[7];
            await new NetworkStream(client).ReadExactlyAsync(answer, Cancel);
            Assert.Equal("goodbye", Encoding.ASCII.GetString(answer));
            await relayed;
            var end = await Assert.ThrowsAsync<SocketException>(async () => await client.ReceiveAsync(answer, Cancel));
            Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
        }
    }

    private static async Task<(Socket, Socket)> PairAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var connected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await connected.ConnectAsync(listener.LocalEndpoint, Cancel);
        return (connected, await listener.AcceptSocketAsync(Cancel));
    }
}
