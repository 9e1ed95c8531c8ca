using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster;
using YarpIngress.LocalCluster.ServiceProxy;

namespace YarpIngress.Tests.LocalCluster.ServiceProxy;

public sealed class OpenFrontsTests : IDisposable
{
    private static readonly ObjectKey Web = new("demo", "web");
    private readonly AddressBlock _block = AddressBlock.Claim();
    private readonly ManualClock _clock = new();
    private readonly OpenFronts _proxy;
    private readonly List<IDisposable> _servers = [];

    public OpenFrontsTests() => _proxy = new OpenFronts(_block.Node, 100, NullLogger<OpenFronts>.Instance, _clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IPEndPoint Address => new(_block.Services.BaseAddress, 8000);

    public void Dispose()
    {
        _proxy.Dispose();
        foreach (var server in _servers)
            server.Dispose();
        _block.Dispose();
    }

    [Fact]
    public async Task Takes_the_endpoints_in_turn()
    {
        _proxy.Set(Web, [Front(Server("a"), Server("b"), Server("c"))]);
        var answers = new List<string>();
        for (var i = 0; i < 9; i++)
            answers.Add(await AskAsync());
        Assert.All(answers.GroupBy(answer => answer), group => Assert.Equal(3, group.Count()));
        Assert.Equal(3, answers.Distinct().Count());
    }

    [Fact]
    public async Task Refuses_connections_without_endpoints()
    {
        _proxy.Set(Web, [Front(Server("a"))]);
        Assert.Equal("a", await AskAsync());
        _proxy.Set(Web, []);
        var refusal = await Assert.ThrowsAsync<SocketException>(() => AskAsync());
        Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);
    }

    [Fact]
    public async Task Does_not_close_an_address_whose_endpoints_change()
    {
        _proxy.Set(Web, [Front(Server("a"))]);
        var connecting = Enumerable.Range(0, 20).Select(_ => Task.Run(() => AskAsync(), Cancel)).ToList();
        for (var i = 0; i < 200; i++)
            _proxy.Set(Web, [Front(Server("a")) with { Address = new IPEndPoint(Address.Address, Address.Port) }]);
        Assert.All(await Task.WhenAll(connecting), answer => Assert.Equal("a", answer));
    }

    [Fact]
    public async Task Goes_on_to_the_next_endpoint_when_one_is_gone()
    {
        var gone = new IPEndPoint(_block.Pods.BaseAddress, 9);
        _proxy.Set(Web, [Front(gone, Server("b"))]);
        for (var i = 0; i < 4; i++)
            Assert.Equal("b", await AskAsync());
    }

    [Fact]
    public async Task A_client_address_stays_with_its_endpoint_until_it_was_away_for_long()
    {
        var front = Front(Server("a"), Server("b")) with { Affinity = TimeSpan.FromMinutes(5) };
        _proxy.Set(Web, [front]);
        Assert.Equal("a", await AskAsync("127.0.0.11"));
        Assert.Equal("b", await AskAsync("127.0.0.12"));
        for (var i = 0; i < 5; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(4));
            Assert.Equal("a", await AskAsync("127.0.0.11"));
        }

        Assert.Equal("a", await AskAsync("127.0.0.13"));
        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("b", await AskAsync("127.0.0.11"));
    }

    [Fact]
    public async Task A_client_whose_endpoint_is_gone_gets_another()
    {
        var (a, b) = (Server("a"), Server("b"));
        _proxy.Set(Web, [Front(a, b) with { Affinity = TimeSpan.FromMinutes(5) }]);
        Assert.Equal("a", await AskAsync("127.0.0.11"));
        _proxy.Set(Web, [Front(b) with { Affinity = TimeSpan.FromMinutes(5) }]);
        Assert.Equal("b", await AskAsync("127.0.0.11"));
    }

    [Fact]
    public async Task Passes_on_the_end_of_one_side_while_the_other_goes_on()
    {
        var endpoint = Server(async served =>
        {
            using var reader = new StreamReader(served, leaveOpen: true);
            var all = await reader.ReadToEndAsync(Cancel);
            await served.WriteAsync(Encoding.ASCII.GetBytes($"got {all.Length}"), Cancel);
        });
        _proxy.Set(Web, [Front(endpoint)]);
        using var client = new TcpClient();
        await client.ConnectAsync(Address, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(new byte[1_000_000], Cancel);
        client.Client.Shutdown(SocketShutdown.Send);
        using var answer = new StreamReader(stream);
        Assert.Equal("got 1000000", await answer.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task An_endpoint_that_resets_resets_the_client()
    {
        var endpoint = Server(stream =>
        {
            TcpRelay.Reset(stream.Socket);
            return Task.CompletedTask;
        });
        _proxy.Set(Web, [Front(endpoint)]);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // The reset may be here before the connection is known to be made.
        var reset = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            await client.ConnectAsync(Address, Cancel);
            await client.ReceiveAsync(new byte[1], Cancel);
        });
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Theory]
    [InlineData(true, "127.0.0.77")]
    [InlineData(false, null)]
    public async Task Endpoints_see_the_client_or_the_node(bool keeps, string? seen)
    {
        var endpoint = Server(stream => stream.WriteAsync(Encoding.ASCII.GetBytes(((IPEndPoint)stream.Socket.RemoteEndPoint!).Address.ToString()), Cancel).AsTask());
        _proxy.Set(Web, [Front(endpoint) with { KeepsClientAddress = keeps }]);
        Assert.Equal(seen ?? _block.Node.ToString(), await AskAsync("127.0.0.77"));
    }

    [Fact]
    public async Task An_address_that_another_Service_holds_is_taken_over_when_it_is_freed()
    {
        var api = new ObjectKey("demo", "api");
        _proxy.Set(Web, [Front(Server("a"))]);
        _proxy.Set(api, [Front(Server("b")) with { Service = api }]);
        Assert.Equal("a", await AskAsync());
        _proxy.Set(Web, []);
        _proxy.Retry();
        Assert.Equal("b", await AskAsync());
    }

    [Fact]
    public void Opens_no_more_than_its_limit()
    {
        using var proxy = new OpenFronts(_block.Node, 2, NullLogger<OpenFronts>.Instance, _clock);
        var endpoint = Server("a");
        proxy.Set(
            Web, [.. Enumerable.Range(8001, 5).Select(port => Front(endpoint) with { Address = new IPEndPoint(Address.Address, port) })]);
        Assert.Equal(2, proxy.Count);
    }

    [Fact]
    public async Task Carries_datagrams_both_ways()
    {
        using var endpoint = new UdpClient(new IPEndPoint(_block.Node, 0));
        _proxy.Set(Web, [Front((IPEndPoint)endpoint.Client.LocalEndPoint!) with { IsUdp = true }]);
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        client.Connect(Address);
        await client.SendAsync("ping"u8.ToArray(), Cancel);
        var ping = await endpoint.ReceiveAsync(Cancel);
        await endpoint.SendAsync("pong"u8.ToArray(), ping.RemoteEndPoint, Cancel);
        Assert.Equal("pong"u8.ToArray(), (await client.ReceiveAsync(Cancel)).Buffer);
    }

    private Front Front(params IPEndPoint[] endpoints) => new() { Service = Web, Address = Address, Endpoints = endpoints };

    private IPEndPoint Server(string answer) => Server(stream => stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Cancel).AsTask());

    private IPEndPoint Server(Func<NetworkStream, Task> serve)
    {
        var endpoint = new IPEndPoint(_block.Node, 20_000 + _servers.Count);
        _servers.Add(AcceptLoop.Start(endpoint, socket => _ = ServeAsync(socket, serve)));
        return endpoint;
    }

    private static async Task ServeAsync(Socket socket, Func<NetworkStream, Task> serve)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        await serve(stream);
    }

    private async Task<string> AskAsync(string client = "127.0.0.1")
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(client), 0));
        await socket.ConnectAsync(Address, Cancel);
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadToEndAsync(Cancel);
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);
    }
}
