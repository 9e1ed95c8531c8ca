using System.Net;
using System.Net.Sockets;
using System.Text;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Observability.AccessLog.Variables;
using YarpIngress.Translation.Settings;
using static YarpIngress.Tests.Layer4.Streams.StreamBed;

namespace YarpIngress.Tests.Layer4.Streams;

/// <summary>
/// <c>log-format-stream</c>, <c>stream-access-log-path</c>, <c>disable-stream-access-log</c>: a line for each connection and session.
/// </summary>
public sealed class StreamLogTests(StreamBed bed) : IClassFixture<StreamBed>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Names_in_formats_are_those_that_are_written() =>
        Assert.Equal(LogVariableNames.Stream.Order(), StreamLogVariables.Names.Order());

    [Fact]
    public void A_line_is_as_nginx_writes_it()
    {
        var entry = new StreamLogEntry
        {
            Client = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 4711),
            ServerPort = 5432,
            Protocol = "TCP",
            Status = 200,
            Sent = 120,
            Received = 7,
            Upstream = "10.0.0.1:5432",
            ServerName = "db.example",
        };
        Assert.Matches(
            @"^\[192\.0\.2\.7\] \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] TCP 200 120 7 0\.000\n$",
            Encoding.ASCII.GetString(new StreamLogFormat(AccessLogSettings.DefaultStreamFormat).Write(entry)));
        Assert.Equal(
            "4711 5432 10.0.0.1:5432 db.example -\n",
            Encoding.ASCII.GetString(
                new StreamLogFormat("$remote_port $server_port ${upstream_addr} $ssl_preread_server_name $request").Write(entry)));
        Assert.Equal("- - 0\n", Encoding.ASCII.GetString(
            new StreamLogFormat("$remote_addr $upstream_addr $status").Write(new StreamLogEntry { Protocol = "UDP" })));
    }

    [Fact]
    public async Task Connections_and_sessions_are_logged_where_and_as_the_ConfigMap_says()
    {
        var directory = Directory.CreateTempSubdirectory("yarp-ingress-stream-log-");
        var path = Path.Combine(directory.FullName, "streams.log");
        var (served, closed, proxied, datagrams) = (FreePort(), FreePort(), FreePort(), FreePort());
        await using var pod = TcpPod.Answering("pod");
        await using var udp = new UdpPod("pod");
        await bed.SetEndpointsAsync("logged", "TCP", pod.EndPoint);
        await bed.SetEndpointsAsync("datagrams", "UDP", udp.EndPoint);
        await bed.SetAsync(
            ("stream-access-log-path", path),
            ("log-format-stream", "$protocol/$server_port $status $bytes_received $bytes_sent $upstream_addr $remote_addr $request"));
        await Wait.UntilAsync(
            async () => (await bed.Bed.EventsAsync("ConfigMap", "global")).Any(one => one.Message?.Contains("$request of TCP") == true),
            "Event about the variable that is not there");
        await bed.SetPortsAsync(
            "tcp", (served, "default/logged:80"), (closed, "default/nowhere:80"), (proxied, "default/logged:80:PROXY"));
        await bed.SetPortsAsync("udp", (datagrams, "default/datagrams:80"));

        await UntilLoggedAsync(path, $"TCP/{served} 200 5 9 {pod.EndPoint} 127.0.0.1 -", () => SayAsync(served, "hello"));
        await UntilLoggedAsync(path, $"TCP/{closed} 502 0 0 - 127.0.0.1 -", () => SayAsync(closed, ""));
        await UntilLoggedAsync(path, $"TCP/{proxied} 400 0 0 - 127.0.0.1 -", () => SayAsync(proxied, "hello\r\n"));
        await UntilLoggedAsync(
            path, $"TCP/{proxied} 200 1 5 {pod.EndPoint} 192.0.2.7 -",
            () => SayAsync(proxied, "PROXY TCP4 192.0.2.7 198.51.100.1 4711 5432\r\nx"));
        await UntilLoggedAsync(
            path, $"UDP/{datagrams} 200 5 9 {udp.EndPoint} 127.0.0.1 -",
            async () =>
            {
                using var client = new UdpClient(AddressFamily.InterNetwork);
                await client.SendAsync("hello"u8.ToArray(), new IPEndPoint(IPAddress.Loopback, datagrams), Ct);
            });

        await bed.SetAsync(("stream-access-log-path", path), ("disable-stream-access-log", "true"));
        await Wait.UntilAsync(
            async () =>
            {
                var before = await ReadAsync(path);
                await SayAsync(served, "hello");
                await SayAsync(served, "hello");
                return await ReadAsync(path) == before;
            },
            "nothing more is logged");
        await bed.SetAsync();
        directory.Delete(recursive: true);
    }

    private static Task UntilLoggedAsync(string path, string line, Func<Task> act) => Wait.ForAsync(
        async () =>
        {
            await act();
            return await ReadAsync(path);
        },
        log => log.Split('\n').Contains(line),
        line);

    private static async Task<string> ReadAsync(string path) => File.Exists(path) ? await File.ReadAllTextAsync(path, Ct) : "";

    private static async Task SayAsync(int port, string text)
    {
        await using var client = await ConnectAsync(port);
        try
        {
            await client.WriteAsync(Encoding.Latin1.GetBytes(text), Ct);
            client.Socket.Shutdown(SocketShutdown.Send);
            await client.CopyToAsync(Stream.Null, Ct);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            // It was closed before it was all said.
        }
    }
}
