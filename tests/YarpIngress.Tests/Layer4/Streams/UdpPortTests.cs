using System.Net;
using System.Net.Sockets;
using System.Text;
using static YarpIngress.Tests.Layer4.Streams.StreamBed;

namespace YarpIngress.Tests.Layer4.Streams;

/// <summary><c>--udp-services-configmap</c>, from the API server to a datagram.</summary>
public sealed class UdpPortTests(StreamBed bed) : IClassFixture<StreamBed>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Datagrams_go_to_the_endpoints_in_turn_and_the_answers_come_back()
    {
        var port = FreePort();
        await using var first = new UdpPod("first");
        await using var second = new UdpPod("second");
        await bed.SetEndpointsAsync("pair", "UDP", first.EndPoint, second.EndPoint);
        await bed.SetPortsAsync("udp", (port, "default/pair:80"));
        await bed.UntilLeadsAsync("udp", port, first.EndPoint, second.EndPoint);
        using var client = Client(port);
        await UntilServedAsync(client);
        var answers = new HashSet<string?>();
        await Wait.UntilAsync(
            async () =>
            {
                answers.Add(await TryAskAsync(client, "x"));
                return answers.IsSupersetOf(["first:x", "second:x"]);
            },
            "both answer");
        // Each answered datagram was a session.
        await Wait.UntilAsync(async () => await bed.MetricAsync("stream_connections", "udp", port) == 0, "sessions are over");
    }

    [Fact]
    public async Task Datagrams_of_all_sizes_pass_whole()
    {
        var port = FreePort();
        await using var pod = new UdpPod("pod");
        await bed.SetEndpointsAsync("sizes", "UDP", pod.EndPoint);
        await bed.SetPortsAsync("udp", (port, "default/sizes:data"));
        await bed.UntilLeadsAsync("udp", port, pod.EndPoint);
        using var client = Client(port);
        await UntilServedAsync(client);
        foreach (var size in (int[])[0, 1, 1200, 9000, 60_000])
        {
            var text = new string('x', size);
            Assert.Equal("pod:" + text, await AskAsync(client, text));
        }
    }

    [Fact]
    public async Task A_session_stays_with_its_endpoint_until_all_answers_have_come()
    {
        var port = FreePort();
        await using var first = new UdpPod("first", answers: 3);
        await using var second = new UdpPod("second", answers: 3);
        await bed.SetEndpointsAsync("three", "UDP", first.EndPoint, second.EndPoint);
        await bed.SetPortsAsync("udp", (port, "default/three:80"));
        await bed.SetAsync(("proxy-stream-responses", "3"));
        using var client = Client(port);
        await Wait.UntilAsync(async () => (await AnswersAsync(client, "x", 3)).Distinct().Count() == 1, "three answers");

        // More are expected than ever come: the session stays, and all datagrams of this client go the same way.
        await bed.SetAsync(("proxy-stream-responses", "1000"));
        await Wait.UntilAsync(
            async () =>
            {
                using var other = Client(port);
                var answers = new List<string>();
                for (var i = 0; i < 5; i++)
                    answers.AddRange(await AnswersAsync(other, "x", 3));
                return answers.Distinct().Count() == 1 && await bed.MetricAsync("stream_connections", "udp", port) > 0;
            },
            "one endpoint");

        // Silent sessions end.
        await bed.SetAsync(("proxy-stream-timeout", "1"), ("proxy-stream-responses", "1000"));
        await Wait.UntilAsync(async () => await bed.MetricAsync("stream_connections", "udp", port) == 0, "silent sessions are over");
        await bed.SetAsync();
    }

    [Fact]
    public async Task Where_no_answer_is_expected_none_is_waited_for()
    {
        var port = FreePort();
        await using var pod = new UdpPod("pod", answers: 0);
        await bed.SetEndpointsAsync("log", "UDP", pod.EndPoint);
        await bed.SetAsync(("proxy-stream-responses", "0"));
        await bed.SetPortsAsync("udp", (port, "default/log:80"));
        using var client = Client(port);
        await Wait.UntilAsync(
            async () =>
            {
                await TrySendAsync(client, "line");
                return pod.Peers.Count > 3 && await bed.MetricAsync("stream_connections", "udp", port) == 0;
            },
            "datagrams arrive, and nothing stays open");
        await bed.SetAsync();
    }

    [Fact]
    public async Task Sessions_leave_an_endpoint_that_is_gone()
    {
        var port = FreePort();
        await using var first = new UdpPod("first");
        // At an address of its own: once it has died, nobody else's socket must have its port.
        await using var second = new UdpPod("second", address: IPAddress.Parse("127.0.4.1"));
        await bed.SetEndpointsAsync("moving", "UDP", first.EndPoint);
        await bed.SetAsync(("proxy-stream-responses", "1000"));
        await bed.SetPortsAsync("udp", (port, "default/moving:80"));
        using var client = Client(port);
        await UntilServedAsync(client);
        await bed.SetEndpointsAsync("moving", "UDP", second.EndPoint);
        await Wait.UntilAsync(async () => await TryAskAsync(client, "x") == "second:x", "the other endpoint answers");

        // A pod that has died, whose port refuses.
        await second.DisposeAsync();
        await bed.SetEndpointsAsync("moving", "UDP", second.EndPoint, first.EndPoint);
        await Wait.UntilAsync(async () => await TryAskAsync(client, "x") == "first:x", "the endpoint that lives answers");
        Assert.True(await bed.MetricAsync("stream_connect_failures_total", "udp", port) > 0);

        await bed.SetEndpointsAsync("moving", "UDP");
        await Wait.UntilAsync(
            async () =>
            {
                await TrySendAsync(client, "x");
                return await bed.MetricAsync("stream_refused_total", "udp", port) > 0;
            },
            "datagrams are dropped");
        await bed.SetAsync();
    }

    [Fact]
    public async Task Each_of_many_clients_gets_its_own_answers()
    {
        var port = FreePort();
        await using var pod = new UdpPod("pod");
        await bed.SetEndpointsAsync("many", "UDP", pod.EndPoint);
        await bed.SetPortsAsync("udp", (port, "default/many:80"));
        await bed.UntilLeadsAsync("udp", port, pod.EndPoint);
        using (var client = Client(port))
            await UntilServedAsync(client);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Ct };
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), parallel, async (i, _) =>
        {
            using var client = Client(port);
            for (var n = 0; n < 5; n++)
            {
                var question = $"{i}-{n}";
                await Wait.ForAsync(
                    () => TryAskAsync(client, question), answer => answer == "pod:" + question,
                    "answer to " + question);
            }
        });
        var received = await bed.MetricAsync("stream_received_bytes_total", "udp", port);
        Assert.True(received > 3000, $"{received} bytes");
    }

    [Fact]
    public async Task A_client_that_asks_again_as_soon_as_it_is_answered_loses_nothing()
    {
        var port = FreePort();
        await using var pod = new UdpPod("pod");
        await bed.SetEndpointsAsync("again", "UDP", pod.EndPoint);
        await bed.SetPortsAsync("udp", (port, "default/again:80"));
        await bed.UntilLeadsAsync("udp", port, pod.EndPoint);
        using var client = Client(port);
        await UntilServedAsync(client);
        for (var n = 0; n < 2_000; n++)
            Assert.Equal($"pod:{n}", await AskAsync(client, $"{n}"));
    }

    [Fact]
    public async Task A_port_closes_with_its_entry()
    {
        var (kept, gone) = (FreePort(), FreePort());
        await using var pod = new UdpPod("pod");
        await bed.SetEndpointsAsync("closing", "UDP", pod.EndPoint);
        await bed.SetPortsAsync("udp", (kept, "default/closing:80"), (gone, "default/closing:80"));
        using (var client = Client(gone))
            await UntilServedAsync(client);
        await bed.SetPortsAsync("udp", (kept, "default/closing:80"));
        await Wait.UntilAsync(
            () =>
            {
                try
                {
                    using var free = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                    free.Bind(new IPEndPoint(IPAddress.Loopback, gone));
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            "the port is free");
        using var other = Client(kept);
        await UntilServedAsync(other);
    }

    [Fact]
    public async Task A_shutdown_waits_for_answers_and_not_for_ever()
    {
        var port = FreePort();
        await using var pod = new UdpPod("pod", answers: 0);
        await bed.SetEndpointsAsync("mute", "UDP", pod.EndPoint);
        await bed.SetPortsAsync("udp-mute", (port, "default/mute:80"));
        var controller = await bed.StartControllerAsync(drain: TimeSpan.FromMinutes(5), maps: "-mute");
        using var client = Client(port);
        await Wait.UntilAsync(
            async () =>
            {
                await TrySendAsync(client, "x");
                return !pod.Peers.IsEmpty;
            },
            "the pod has a datagram");
        await controller.StopAsync(Ct).WaitAsync(Wait.Deadline, Ct);
    }

    private static UdpClient Client(int port)
    {
        var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(IPAddress.Loopback, port);
        return client;
    }

    /// <summary>Asks until the port is open and leads somewhere, and takes all answers.</summary>
    private static async Task UntilServedAsync(UdpClient client)
    {
        await Wait.UntilAsync(async () => await TryAskAsync(client, "hello") is not null, "the port is served");
        // What was asked before may have been answered late; what comes behind the last answer is nobody's.
        await client.SendAsync("last"u8.ToArray(), Ct);
        while (!(await NextAsync(client)).EndsWith(":last", StringComparison.Ordinal))
        {
            // An answer that was late.
        }
    }

    private static async Task<string> AskAsync(UdpClient client, string text)
    {
        await client.SendAsync(Encoding.Latin1.GetBytes(text), Ct);
        return await NextAsync(client);
    }

    private static async Task<string> NextAsync(UdpClient client) =>
        Encoding.Latin1.GetString((await client.ReceiveAsync(Ct).AsTask().WaitAsync(Wait.Deadline, Ct)).Buffer);

    private static async Task<IReadOnlyList<string>> AnswersAsync(UdpClient client, string text, int count)
    {
        while (client.Available > 0)
            await client.ReceiveAsync(Ct);
        await TrySendAsync(client, text);
        var answers = new List<string>();
        while (answers.Count < count && await ReceiveAsync(client) is { } answer)
            answers.Add(answer);
        return answers.Count == count ? answers : ["", "incomplete"];
    }

    /// <summary>The answer; null when there is none, as while the port is closed.</summary>
    private static async Task<string?> TryAskAsync(UdpClient client, string text) =>
        await TrySendAsync(client, text) ? await ReceiveAsync(client) : null;

    /// <summary>Sends a datagram; false when an earlier one was refused, as while the port is closed.</summary>
    private static async Task<bool> TrySendAsync(UdpClient client, string text)
    {
        try
        {
            await client.SendAsync(Encoding.Latin1.GetBytes(text), Ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string?> ReceiveAsync(UdpClient client)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            return Encoding.Latin1.GetString((await client.ReceiveAsync(limit.Token)).Buffer);
        }
        catch (Exception error) when (error is SocketException || (error is OperationCanceledException && !Ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
