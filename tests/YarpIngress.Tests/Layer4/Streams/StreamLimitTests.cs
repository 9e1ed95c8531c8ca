using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Kubernetes;
using YarpIngress.Layer4.Streams;
using YarpIngress.Proxy;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;
using static YarpIngress.Tests.Layer4.Streams.StreamBed;
using Endpoint = YarpIngress.Translation.Model.Endpoint;

namespace YarpIngress.Tests.Layer4.Streams;

/// <summary>How many connections and sessions TCP and UDP ports take, and who goes when there are more.</summary>
public sealed class StreamLimitTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void By_default_there_is_room_for_many() => Assert.Equal(
        new StreamLimits { MostConnections = 32_768, MostSessions = 16_384 }, new DataPlaneOptions().Streams);

    [Fact]
    public async Task One_connection_too_many_is_closed_on_every_port_until_another_ends()
    {
        await using var gateway = await StartAsync(new StreamLimits { MostConnections = 2 });
        await using var pod = TcpPod.Echoing();
        var (first, second) = (Open(gateway, StreamProtocol.Tcp, pod.EndPoint), Open(gateway, StreamProtocol.Tcp, pod.EndPoint));
        var one = await ConnectAsync(Port(first));
        await using var other = await ConnectAsync(Port(second));
        Assert.True(await EchoesAsync(one) && await EchoesAsync(other));

        Assert.False(await ServesAsync(Port(second)));
        Assert.Equal((0, 1), (first.Counts.Refused, second.Counts.Refused));
        Assert.Equal(2, pod.Connections);
        Assert.True(await EchoesAsync(one) && await EchoesAsync(other));

        await one.DisposeAsync();
        await Wait.UntilAsync(() => ServesAsync(Port(second)), "the place of the first is another's");
    }

    [Fact]
    public async Task One_session_too_many_takes_the_place_of_the_client_that_was_silent_for_longest()
    {
        await using var gateway = await StartAsync(new StreamLimits { MostSessions = 3 });
        // Answers never come to an end, so that sessions stay.
        gateway.Services.GetRequiredService<StreamServer>().Apply(new StreamSettings { Responses = 1000 });
        await using var pod = new UdpPod("pod");
        var port = Open(gateway, StreamProtocol.Udp, pod.EndPoint);
        using var a = Client(Port(port));
        using var b = Client(Port(port));
        using var c = Client(Port(port));
        using var d = Client(Port(port));
        foreach (var client in (UdpClient[])[a, b, c, a])
            await AskAsync(client);
        Assert.Equal(3, pod.Peers.Count);
        Assert.Equal((3, 3L), (port.Counts.Open, port.Counts.Accepted));

        // b is the one that has said nothing since.
        await AskAsync(d);
        Assert.Equal((3, 4L), (port.Counts.Open, port.Counts.Accepted));
        foreach (var client in (UdpClient[])[c, a, d])
            await AskAsync(client);
        Assert.Equal(4, pod.Peers.Count);
        // Whose datagram begins another session, in the place of c's.
        await AskAsync(b);
        Assert.Equal((3, 5L, 5), (port.Counts.Open, port.Counts.Accepted, pod.Peers.Count));
        foreach (var client in (UdpClient[])[a, d, b])
            await AskAsync(client);
        Assert.Equal((3, 5L, 0L), (port.Counts.Open, port.Counts.Accepted, port.Counts.Refused));
    }

    [Fact]
    public async Task Sessions_of_other_ports_are_left_alone()
    {
        await using var gateway = await StartAsync(new StreamLimits { MostSessions = 2 });
        gateway.Services.GetRequiredService<StreamServer>().Apply(new StreamSettings { Responses = 1000 });
        await using var pod = new UdpPod("pod");
        var (full, late) = (Open(gateway, StreamProtocol.Udp, pod.EndPoint), Open(gateway, StreamProtocol.Udp, pod.EndPoint));
        using var a = Client(Port(full));
        using var b = Client(Port(full));
        using var c = Client(Port(late));
        await AskAsync(a);
        await AskAsync(b);
        await c.SendAsync("x"u8.ToArray(), Ct);
        await Wait.UntilAsync(() => late.Counts.Refused == 1, "the datagram is dropped");
        Assert.Equal((2, 2L, 0), (full.Counts.Open, full.Counts.Accepted, late.Counts.Open));
        await AskAsync(a);

        // With the sessions of the other port there is room again.
        gateway.Services.GetRequiredService<StreamServer>().Remove(full.Current.Port.Key);
        await AskAsync(c);
    }

    [Fact]
    public async Task A_flood_of_clients_leaves_no_more_sessions_than_may_be()
    {
        const int most = 64;
        await using var gateway = await StartAsync(new StreamLimits { MostSessions = most });
        gateway.Services.GetRequiredService<StreamServer>().Apply(new StreamSettings { Responses = 1000 });
        await using var pod = new UdpPod("pod");
        var port = Open(gateway, StreamProtocol.Udp, pod.EndPoint);
        // Kept open, since a port that is given to another client is the same client to a gateway.
        var clients = new List<UdpClient>();
        for (var i = 0; i < 10 * most; i++)
        {
            clients.Add(Client(Port(port)));
            await AskAsync(clients[i]);
            Assert.InRange(port.Counts.Open, 1, most);
        }
        Assert.Equal((most, 10L * most), (port.Counts.Open, port.Counts.Accepted));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Clients_of_a_Service_with_affinity_keep_their_endpoint_while_it_is_there()
    {
        await using var gateway = await StartAsync(new StreamLimits());
        await using var first = TcpPod.Answering("first");
        await using var second = TcpPod.Answering("second");
        // At an address of its own: once it is gone, nobody else must listen on its port.
        await using var third = TcpPod.Answering("third", IPAddress.Parse("127.0.4.2"));
        IPEndPoint[] pods = [first.EndPoint, second.EndPoint, third.EndPoint];
        var listener = Open(gateway, StreamProtocol.Tcp, isByClient: true, pods);
        var served = new Dictionary<IPAddress, string>();
        foreach (var address in Enumerable.Range(1, 40).Select(n => IPAddress.Parse($"127.0.1.{n}")))
        {
            served[address] = await AskAsync(address, Port(listener));
            Assert.Equal(served[address], await AskAsync(address, Port(listener)));
        }
        // Each has some: that one of three has none of 40 happens once in three million times.
        Assert.Equal(3, served.Values.Distinct().Count());

        // Of one that goes the clients go to others, and nobody else moves; in whichever order the endpoints are listed.
        Set(gateway, listener.Current with { Endpoints = Endpoints(third.EndPoint, first.EndPoint) });
        foreach (var (address, pod) in served)
        {
            var now = await AskAsync(address, Port(listener));
            Assert.True(pod == "second" ? now != "second" : now == pod, $"{address}: {pod}, then {now}");
        }

        // A pod that takes no connection is passed over, for the same other one each time.
        await third.DisposeAsync();
        foreach (var address in served.Keys)
            Assert.Equal("first", await AskAsync(address, Port(listener)));
    }

    [Fact]
    public async Task Datagrams_of_a_client_keep_their_endpoint_session_after_session()
    {
        await using var gateway = await StartAsync(new StreamLimits());
        await using var first = new UdpPod("first");
        await using var second = new UdpPod("second");
        var listener = Open(gateway, StreamProtocol.Udp, isByClient: true, first.EndPoint, second.EndPoint);
        var served = new HashSet<string>();
        for (var n = 1; n <= 30; n++)
        {
            using var client = new UdpClient(new IPEndPoint(IPAddress.Parse($"127.0.2.{n}"), 0));
            client.Connect(IPAddress.Loopback, Port(listener));
            var pod = await AskAsync(client);
            for (var i = 0; i < 3; i++)
                Assert.Equal(pod, await AskAsync(client));
            // From another port, too: it is the address that counts.
            using var again = new UdpClient(new IPEndPoint(IPAddress.Parse($"127.0.2.{n}"), 0));
            again.Connect(IPAddress.Loopback, Port(listener));
            Assert.Equal(pod, await AskAsync(again));
            served.Add(pod);
        }
        Assert.Equal(["first", "second"], served.Order());
        Assert.Equal(0, listener.Counts.Refused);
    }

    private static Task<Gateway> StartAsync(StreamLimits limits) => Gateway.StartAsync(new DataPlaneOptions
    {
        HttpPort = 0,
        HttpsPort = null,
        BindAddresses = [IPAddress.Loopback],
        Streams = limits,
    });

    private static StreamListener Open(Gateway gateway, StreamProtocol protocol, params IPEndPoint[] pods) =>
        Open(gateway, protocol, isByClient: false, pods);

    private static StreamListener Open(Gateway gateway, StreamProtocol protocol, bool isByClient, params IPEndPoint[] pods)
    {
        var key = new StreamKey(protocol, FreePort());
        Set(gateway, new StreamTranslation
        {
            Port = new StreamPort { Key = key, Backend = new BackendKey("default", "pods", "80") },
            Source = new ProblemObject("ConfigMap", new ObjectKey("default", "ports")),
            Endpoints = Endpoints(pods),
            IsByClient = isByClient,
        });
        return gateway.Services.GetRequiredService<StreamServer>().Open.Single(listener => listener.Current.Port.Key == key);
    }

    private static void Set(Gateway gateway, StreamTranslation stream) =>
        Assert.Empty(gateway.Services.GetRequiredService<StreamServer>().Set(stream));

    private static EquatableArray<Endpoint> Endpoints(params IEnumerable<IPEndPoint> pods) =>
        pods.Select(pod => new Endpoint(pod.Address.ToString(), pod.Port)).ToEquatableArray();

    private static int Port(StreamListener listener) => listener.Current.Port.Key.Port;

    private static UdpClient Client(int port)
    {
        var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(IPAddress.Loopback, port);
        return client;
    }

    /// <summary>The name of the pod that answers.</summary>
    private static async Task<string> AskAsync(UdpClient client)
    {
        await client.SendAsync("x"u8.ToArray(), Ct);
        var answer = (await client.ReceiveAsync(Ct).AsTask().WaitAsync(Wait.Deadline, Ct)).Buffer;
        return Encoding.Latin1.GetString(answer).Split(':')[0];
    }

    /// <summary>The same for a connection from an address.</summary>
    private static async Task<string> AskAsync(IPAddress from, int port)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(from, 0));
        await client.ConnectAsync(IPAddress.Loopback, port, Ct);
        using var reader = new StreamReader(new NetworkStream(client), Encoding.Latin1);
        client.Shutdown(SocketShutdown.Send);
        return (await reader.ReadToEndAsync(Ct)).TrimEnd(':');
    }

    /// <summary>Whether a new connection gets somewhere; one that is closed at once may even fail to be made.</summary>
    private static async Task<bool> ServesAsync(int port)
    {
        if (await TryConnectAsync(port) is not { } socket)
            return false;
        await using var client = new NetworkStream(socket, ownsSocket: true);
        return await EchoesAsync(client);
    }

    private static async Task<bool> EchoesAsync(NetworkStream client)
    {
        try
        {
            await client.WriteAsync("ping"u8.ToArray(), Ct);
            var answer = new byte[4];
            await client.ReadExactlyAsync(answer, Ct);
            return answer.AsSpan().SequenceEqual("ping"u8);
        }
        catch (Exception error) when (error is IOException or EndOfStreamException)
        {
            return false;
        }
    }
}
