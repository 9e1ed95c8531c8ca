using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Listeners;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Hardening;

/// <summary>More connections than there is room for: new ones are closed, and those that are there are served.</summary>
public sealed class ConnectionRoomTests
{
    private const int Most = 20;
    private const string Get = "GET / HTTP/1.1\r\nHost: a.io\r\n\r\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NewConnectionsAreClosedWhileThereIsNoRoom()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        List<RawClient> clients = [];
        try
        {
            // On both ports together, whether they say something or not.
            for (var i = 0; i < Most; i++)
                clients.Add(await RawClient.ConnectAsync(i % 2 == 0 ? gateway.HttpPort : gateway.HttpsPort));
            await AskAsync(clients[0]);
            // Each port takes its own by itself.
            var loops = gateway.Services.GetRequiredService<TrafficPorts>().Loops;
            await Wait.UntilAsync(() => loops.Sum(loop => loop.Accepted) == Most, "all have come in");
            for (var i = 0; i < 2 * Most; i++)
            {
                Assert.True(await IsClosedAsync(i % 2 == 0 ? gateway.HttpPort : gateway.HttpsPort));
            }
            await AskAsync(clients[0]);
            await AskAsync(clients[2]);

            // As soon as one has gone there is room for one.
            clients[1].Dispose();
            clients.Add(await UntilServedAsync(gateway));
            Assert.True(await IsClosedAsync(gateway.HttpPort));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
        (await UntilServedAsync(gateway)).Dispose();
    }

    [Fact]
    public void HalfOfTheFilesAreForClients() => Assert.InRange(ConnectionRoom.OfFiles().Most, 16, int.MaxValue);

    private static Task<Gateway> StartAsync() => Gateway.StartAsync(
        new DataPlaneOptions { HttpPort = 0, HttpsPort = 0, BindAddresses = [IPAddress.Loopback], MostConnections = Most });

    /// <summary>Whether a new connection ends without a word; a silent one would be waited for much longer.</summary>
    private static async Task<bool> IsClosedAsync(int port)
    {
        try
        {
            using var late = await RawClient.ConnectAsync(port);
            return await late.ReadToEndAsync().WaitAsync(Wait.Deadline, Ct) == "";
        }
        catch (SocketException)
        {
            // Reset before it was seen to be there.
            return true;
        }
    }

    private static async Task AskAsync(RawClient client)
    {
        await client.SendAsync(Get);
        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync().WaitAsync(Wait.Deadline, Ct));
        // One chunk, and the last.
        Assert.Equal("3\r\npod\r\n0\r\n\r\n", await client.ReadAsync(13).WaitAsync(Wait.Deadline, Ct));
    }

    private static Task<RawClient> UntilServedAsync(Gateway gateway) => Wait.ForAsync(
        async () =>
        {
            RawClient? client = null;
            try
            {
                client = await RawClient.ConnectAsync(gateway.HttpPort);
                await client.SendAsync(Get);
                if ((await client.ReadHeadAsync()).StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
                    return client;
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // Closed while it asked.
            }
            client?.Dispose();
            return null;
        },
        client => client is not null,
        "room")!;
}
