using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using YarpIngress.Kubernetes.Models;
using static YarpIngress.Tests.Layer4.Streams.StreamBed;

namespace YarpIngress.Tests.Layer4.Streams;

/// <summary><c>--tcp-services-configmap</c>, from the API server to a connection.</summary>
public sealed class TcpPortTests(StreamBed bed) : IClassFixture<StreamBed>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_go_to_the_endpoints_in_turn_and_each_side_may_end_its_half_first()
    {
        var port = FreePort();
        await using var first = TcpPod.Answering("first");
        await using var second = TcpPod.Answering("second");
        await bed.SetEndpointsAsync("pair", "TCP", first.EndPoint, second.EndPoint);
        await bed.SetPortsAsync("tcp", (port, "default/pair:80"));
        await bed.UntilLeadsAsync("tcp", port, first.EndPoint, second.EndPoint);
        var answers = new List<string>();
        for (var i = 0; i < 4; i++)
            answers.Add(await AskAsync(port, $"{i}"));
        Assert.Equal(["0", "1", "2", "3"], answers.Select(answer => answer[^1..]));
        Assert.Equal(2, answers.Count(answer => answer.StartsWith("first:", StringComparison.Ordinal)));
        Assert.Equal(2, answers.Count(answer => answer.StartsWith("second:", StringComparison.Ordinal)));
        Assert.Equal(4, await bed.MetricAsync("stream_connections_total", "tcp", port));
        await Wait.UntilAsync(async () => await bed.MetricAsync("stream_connections", "tcp", port) == 0, "connections are over");
        Assert.Equal(4, await bed.MetricAsync("stream_received_bytes_total", "tcp", port));
        var state = (await bed.Bed.AdminAsync(bed.Controller, "/api/state")).Body;
        Assert.Contains($"\"port\":\"tcp/{port}\",\"service\":\"default/pair:80\"", state);
        var explanation = (await bed.Bed.AdminAsync(bed.Controller, $"/api/explain?url=tcp://gateway:{port}")).Body;
        Assert.Contains("each of 2 endpoints in its turn", explanation);
        Assert.Contains($"{first.EndPoint}", explanation);
        Assert.Equal((2 * "first:".Length) + (2 * "second:".Length) + 4, await bed.MetricAsync("stream_sent_bytes_total", "tcp", port));
    }

    [Fact]
    public async Task Large_transfers_arrive_whole_both_ways()
    {
        var port = FreePort();
        await using var pod = TcpPod.Echoing();
        await bed.SetEndpointsAsync("large", "TCP", pod.EndPoint);
        await bed.SetPortsAsync("tcp", (port, "default/large:data"));
        await bed.UntilLeadsAsync("tcp", port, pod.EndPoint);
        var sent = RandomNumberGenerator.GetBytes(24 * 1024 * 1024);
        await using var client = await ConnectAsync(port);
        var sending = Task.Run(
            async () =>
            {
                await client.WriteAsync(sent, Ct);
                client.Socket.Shutdown(SocketShutdown.Send);
            }, Ct);
        using var received = new MemoryStream(sent.Length);
        await client.CopyToAsync(received, Ct);
        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received.GetBuffer().AsSpan(0, (int)received.Length)));
    }

    [Fact]
    public async Task What_a_pod_said_before_it_broke_off_arrives()
    {
        var port = FreePort();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pod = new TcpPod(async (stream, _) =>
        {
            await LastWords.SayAsync(stream);
            closed.SetResult();
        });
        await bed.SetEndpointsAsync("broken", "TCP", pod.EndPoint);
        await bed.SetPortsAsync("tcp", (port, "default/broken:80"));
        await bed.UntilLeadsAsync("tcp", port, pod.EndPoint);
        await using var client = await ConnectAsync(port);
        await client.WriteAsync("unread"u8.ToArray(), Ct);
        await closed.Task.WaitAsync(Wait.Deadline, Ct);
        await client.WriteAsync("more"u8.ToArray(), Ct);
        Assert.Equal(LastWords.Length, await LastWords.HearAsync(client.Socket));
    }

    [Fact]
    public async Task Ports_open_move_and_close_with_the_ConfigMap_and_open_connections_go_on()
    {
        var (kept, gone) = (FreePort(), FreePort());
        await using var echo = TcpPod.Echoing();
        await using var other = TcpPod.Answering("other");
        await bed.SetEndpointsAsync("echo", "TCP", echo.EndPoint);
        await bed.SetEndpointsAsync("other", "TCP", other.EndPoint);
        await bed.SetPortsAsync("tcp", (kept, "default/echo:80"), (gone, "default/echo:80"));
        await bed.UntilLeadsAsync("tcp", kept, echo.EndPoint);
        await bed.UntilLeadsAsync("tcp", gone, echo.EndPoint);
        await using var onKept = await ConnectAsync(kept);
        await using var onGone = await ConnectAsync(gone);
        await EchoAsync(onKept);
        await EchoAsync(onGone);

        await bed.SetPortsAsync("tcp", (kept, "default/other:80"));
        await Wait.UntilAsync(async () => await RefusesAsync(gone), "the port is closed");
        await Wait.UntilAsync(async () => await AskAsync(kept, "x") == "other:x", "the port leads to another Service");
        await EchoAsync(onKept);
        await EchoAsync(onGone);
        Assert.Equal(double.NaN, await bed.MetricAsync("stream_connections_total", "tcp", gone));

        await bed.Bed.Api.DeleteAsync<V1ConfigMap>("default", "tcp", Ct);
        await Wait.UntilAsync(async () => await RefusesAsync(kept), "no ports without the ConfigMap");
        await EchoAsync(onKept);
    }

    [Fact]
    public async Task An_endpoint_that_takes_no_connection_is_passed_over()
    {
        var port = FreePort();
        await using var pod = TcpPod.Answering("alive");
        var nobody = new IPEndPoint(IPAddress.Loopback, FreePort());
        await bed.SetEndpointsAsync("half", "TCP", nobody, pod.EndPoint);
        await bed.SetPortsAsync("tcp", (port, "default/half:80"));
        await bed.UntilLeadsAsync("tcp", port, nobody, pod.EndPoint);
        for (var i = 0; i < 4; i++)
            Assert.Equal("alive:x", await AskAsync(port, "x"));
        Assert.Equal(2, await bed.MetricAsync("stream_connect_failures_total", "tcp", port));

        await bed.SetAsync(("proxy-stream-next-upstream", "false"));
        await Wait.UntilAsync(async () => await AskAsync(port, "x") == "", "no second try");
        await bed.SetAsync(("proxy-stream-next-upstream-tries", "1"));
        await Wait.UntilAsync(async () => await AskAsync(port, "x") == "", "one try");
        await bed.SetAsync();
    }

    [Fact]
    public async Task Without_an_endpoint_connections_are_closed_until_there_is_one()
    {
        var port = FreePort();
        await bed.SetPortsAsync("tcp", (port, "default/late:80"));
        Assert.Equal("", await AskAsync(port, "x"));
        Assert.True(await bed.MetricAsync("stream_refused_total", "tcp", port) > 0);
        var events = await Wait.ForAsync(
            () => bed.Bed.EventsAsync("ConfigMap", "tcp"),
            events => events.Any(one => one.Message?.Contains("default/late") == true), "Event");
        var told = events.First(one => one.Message?.Contains("default/late") == true);
        Assert.Equal("ServiceNotFound", told.Reason);
        Assert.Contains($"data.{port}", told.Message);

        await using var pod = TcpPod.Answering("late");
        await bed.SetEndpointsAsync("late", "TCP", pod.EndPoint);
        await Wait.UntilAsync(async () => await AskAsync(port, "x") == "late:x", "the Service is served");
        await bed.SetEndpointsAsync("late", "TCP");
        await Wait.UntilAsync(async () => await AskAsync(port, "x") == "", "its endpoints are gone");
    }

    [Fact]
    public async Task PROXY_headers_are_taken_off_and_sent_on_as_the_entry_says()
    {
        var (taking, both, sending) = (FreePort(), FreePort(), FreePort());
        await using var pod = TcpPod.Answering("pod");
        await bed.SetEndpointsAsync("proxied", "TCP", pod.EndPoint);
        await bed.SetPortsAsync(
            "tcp", (taking, "default/proxied:80:PROXY"), (both, "default/proxied:80:PROXY:PROXY"), (sending, "default/proxied:80::PROXY"));
        foreach (var port in (int[])[taking, both, sending])
            await bed.UntilLeadsAsync("tcp", port, pod.EndPoint);
        const string header = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 5432\r\n";
        Assert.Equal("pod:x", await AskAsync(taking, header + "x"));
        Assert.Equal(
            $"pod:PROXY TCP4 192.0.2.7 127.0.0.1 4711 {both}\r\nx", await AskAsync(both, header + "x"));
        Assert.Equal(
            $"pod:PROXY TCP6 2001:db8::7 ::ffff:127.0.0.1 4711 {both}\r\nx",
            await AskAsync(both, "PROXY TCP6 2001:db8::7 2001:db8::1 4711 5432\r\nx"));
        Assert.Matches($@"^pod:PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ {sending}\r\n{header}x$", await AskAsync(sending, header + "x"));

        // Without a header it is not the proxy, whoever it is.
        Assert.Equal("", await AskAsync(taking, "hello\r\n"));
        // What a proxy says that is not trusted is not believed, and taken off all the same.
        await bed.SetAsync(("proxy-real-ip-cidr", "203.0.113.0/24"));
        await Wait.UntilAsync(
            async () => (await AskAsync(both, header + "x")).StartsWith("pod:PROXY TCP4 127.0.0.1 127.0.0.1 ", StringComparison.Ordinal),
            "the proxy is not believed");
        await bed.SetAsync();
    }

    [Fact]
    public async Task Who_breaks_off_has_the_other_side_broken_off_too()
    {
        var (breaking, waiting) = (FreePort(), FreePort());
        var wasWhole = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rude = new TcpPod(async (stream, ct) =>
        {
            await stream.ReadExactlyAsync(new byte[4], ct);
            stream.Socket.Close(0);
        });
        await using var patient = new TcpPod(async (stream, ct) =>
        {
            await stream.WriteAsync("begun"u8.ToArray(), ct);
            try
            {
                wasWhole.TrySetResult(await stream.ReadAsync(new byte[1], ct) == 0);
            }
            catch (IOException)
            {
                wasWhole.TrySetResult(false);
            }
        });
        await bed.SetEndpointsAsync("rude", "TCP", rude.EndPoint);
        await bed.SetEndpointsAsync("patient", "TCP", patient.EndPoint);
        await bed.SetPortsAsync("tcp", (breaking, "default/rude:80"), (waiting, "default/patient:80"));
        await bed.UntilLeadsAsync("tcp", breaking, rude.EndPoint);
        await bed.UntilLeadsAsync("tcp", waiting, patient.EndPoint);
        await using (var client = await ConnectAsync(breaking))
        {
            await client.WriteAsync("ping"u8.ToArray(), Ct);
            await Assert.ThrowsAsync<IOException>(async () => await client.ReadExactlyAsync(new byte[1], Ct));
        }
        await using (var client = await ConnectAsync(waiting))
        {
            await client.ReadExactlyAsync(new byte[5], Ct);
            client.Socket.Close(0);
        }
        Assert.False(await wasWhole.Task.WaitAsync(Wait.Deadline, Ct));
        await Wait.UntilAsync(async () => await bed.MetricAsync("stream_connections", "tcp", waiting) == 0, "connections are over");
    }

    [Fact]
    public async Task A_silent_connection_is_ended_after_proxy_stream_timeout()
    {
        var port = FreePort();
        await using var pod = TcpPod.Echoing();
        await bed.SetEndpointsAsync("silent", "TCP", pod.EndPoint);
        await bed.SetPortsAsync("tcp", (port, "default/silent:80"));
        await bed.UntilLeadsAsync("tcp", port, pod.EndPoint);
        await bed.SetAsync(("proxy-stream-timeout", "1s"));
        await Wait.UntilAsync(
            async () =>
            {
                await using var client = await ConnectAsync(port);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
                limit.CancelAfter(TimeSpan.FromSeconds(10));
                return await EndsAfterEchoAsync(client, limit.Token);
            },
            "the connection is ended");
        await bed.SetAsync();
    }

    [Fact]
    public async Task A_port_that_another_has_is_a_problem_and_served_once_it_is_free()
    {
        var port = FreePort();
        await using var pod = TcpPod.Answering("pod");
        await bed.SetEndpointsAsync("taken", "TCP", pod.EndPoint);
        using (var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            other.Bind(new IPEndPoint(IPAddress.Loopback, port));
            other.Listen();
            await bed.SetPortsAsync("tcp", (port, "default/taken:80"));
            await Wait.UntilAsync(
                async () => (await bed.Bed.EventsAsync("ConfigMap", "tcp")).Any(one =>
                    one.Reason == "PortUnavailable" && one.Message?.Contains(port.ToString(CultureInfo.InvariantCulture)) == true),
                "Event");
        }
        await bed.UntilLeadsAsync("tcp", port, pod.EndPoint);
        Assert.Equal("pod:x", await AskAsync(port, "x"));
    }

    [Fact]
    public async Task What_is_reserved_or_wrong_is_an_Event_and_the_rest_is_served()
    {
        var port = FreePort();
        await using var pod = TcpPod.Answering("pod");
        await bed.SetEndpointsAsync("right", "TCP", pod.EndPoint);
        await bed.SetPortsAsync("tcp", (443, "default/right:80"), (1, "nonsense"), (port, "default/right:80"));
        await bed.UntilLeadsAsync("tcp", port, pod.EndPoint);
        Assert.Equal("pod:x", await AskAsync(port, "x"));
        await Wait.UntilAsync(
            async () => (await bed.Bed.EventsAsync("ConfigMap", "tcp")).Count(one => one.Reason == "InvalidStreamPort") >= 2, "Events");
        Assert.True(await RefusesAsync(1));
    }

    [Fact]
    public async Task A_shutdown_lets_connections_finish_and_takes_no_new_ones()
    {
        var port = FreePort();
        await using var pod = TcpPod.Answering("pod");
        await bed.SetEndpointsAsync("drained", "TCP", pod.EndPoint);
        await bed.SetPortsAsync("tcp-drained", (port, "default/drained:80"));
        var controller = await bed.StartControllerAsync(drain: TimeSpan.FromMinutes(1), maps: "-drained");
        await using var open = await ConnectAsync(port);
        await open.WriteAsync("a"u8.ToArray(), Ct);
        await Wait.UntilAsync(() => pod.Connections > 0, "the pod has the connection");

        var stopped = controller.StopAsync(Ct);
        await Wait.UntilAsync(async () => await RefusesAsync(port), "the port is closed");
        Assert.False(stopped.IsCompleted);
        await open.WriteAsync("b"u8.ToArray(), Ct);
        open.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("pod:ab", await ReadAsync(open));
        await stopped.WaitAsync(Wait.Deadline, Ct);
    }

    [Fact]
    public async Task A_connection_that_never_ends_is_cut_off_when_the_time_to_drain_is_over()
    {
        var port = FreePort();
        await using var pod = TcpPod.Echoing();
        await bed.SetEndpointsAsync("endless", "TCP", pod.EndPoint);
        await bed.SetPortsAsync("tcp-endless", (port, "default/endless:80"));
        var controller = await bed.StartControllerAsync(drain: TimeSpan.FromMilliseconds(200), maps: "-endless");
        await using var open = await ConnectAsync(port);
        await EchoAsync(open);
        await controller.StopAsync(Ct).WaitAsync(Wait.Deadline, Ct);
        Assert.True(await EndsAsync(open, Ct));
    }

    /// <summary>All that comes back of what is sent on a connection that then ends; nothing when it is broken off.</summary>
    private static async Task<string> AskAsync(int port, string text)
    {
        await using var client = await ConnectAsync(port);
        try
        {
            await client.WriteAsync(Encoding.Latin1.GetBytes(text), Ct);
            client.Socket.Shutdown(SocketShutdown.Send);
            return await ReadAsync(client);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            return "";
        }
    }

    private static async Task<string> ReadAsync(Stream client)
    {
        using var reader = new StreamReader(client, Encoding.Latin1);
        return await reader.ReadToEndAsync(Ct);
    }

    private static async Task EchoAsync(Stream client)
    {
        await client.WriteAsync("ping"u8.ToArray(), Ct);
        var answer = new byte[4];
        await client.ReadExactlyAsync(answer, Ct);
        Assert.Equal("ping"u8.ToArray(), answer);
    }

    /// <summary>Whether the answer comes and then the end; a busy machine may be too late even for the answer.</summary>
    private static async Task<bool> EndsAfterEchoAsync(Stream client, CancellationToken ct)
    {
        try
        {
            await client.WriteAsync("ping"u8.ToArray(), Ct);
            await client.ReadExactlyAsync(new byte[4], ct);
        }
        catch (Exception error) when (error is IOException || (error is OperationCanceledException && !Ct.IsCancellationRequested))
        {
            return false;
        }
        return await EndsAsync(client, ct);
    }

    private static async Task<bool> EndsAsync(Stream client, CancellationToken ct)
    {
        try
        {
            return await client.ReadAsync(new byte[1], ct) == 0;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> RefusesAsync(int port)
    {
        using var socket = await TryConnectAsync(port);
        return socket is null;
    }
}
