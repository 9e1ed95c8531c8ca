using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Model;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Observability.AccessLog.Output;
using YarpIngress.Observability.AccessLog.Variables;
using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Observability.Traffic;

public partial class AccessLogTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_says_what_ingress_nginx_would()
    {
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync("hello", Ct));
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.Gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://a.io/x?y=1");
        request.Headers.Add("X-Request-ID", "my-id");
        request.Headers.Add("User-Agent", "me/1.0");
        (await client.SendAsync(request, Ct)).Dispose();

        Assert.Matches(
            """^127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "GET /x\?y=1 HTTP/1\.1" 200 5 "-" "me/1\.0" """
            + """\d+ \d+\.\d{3} \[default-a\.io-80\] \[\] """ + pod.EndPoint + """ 5 \d+\.\d{3} 200 my-id$""",
            await accounted.LineAsync());
    }

    [Fact]
    public async Task Every_request_has_its_line_also_those_that_no_pod_saw()
    {
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(
            new AccessLogSettings { Format = "$status $request_method $host $upstream_addr", ForDefaultBackend = true });
        accounted.Gateway.Serve("empty.io", []);
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        (await client.GetAsync(new Uri("http://nobody.io/"), Ct)).Dispose();
        Assert.Equal("404 GET nobody.io -", await accounted.LineAsync());
        (await client.GetAsync(new Uri("http://empty.io/"), Ct)).Dispose();
        Assert.Equal("503 GET empty.io -", await accounted.LineAsync());
        using var trace = new HttpRequestMessage(HttpMethod.Trace, "http://empty.io/");
        (await client.SendAsync(trace, Ct)).Dispose();
        Assert.Equal("405 TRACE empty.io -", await accounted.LineAsync());
    }

    [Fact]
    public async Task Hosts_that_no_rule_names_are_logged_only_where_that_is_asked_for()
    {
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(new AccessLogSettings { Format = "$status $host" });
        accounted.Gateway.Serve("empty.io", []);
        // On one connection, where one request is over before the next one begins.
        await RawClient.ExchangeAsync(
            accounted.Gateway.HttpPort,
            "GET / HTTP/1.1\r\nHost: nobody.io\r\n\r\nGET / HTTP/1.1\r\nHost: empty.io\r\nConnection: close\r\n\r\n");
        Assert.Equal("503 empty.io", await accounted.LineAsync());
    }

    [Fact]
    public async Task The_client_is_whom_a_trusted_proxy_names()
    {
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(
            new AccessLogSettings
            {
                Format = "$remote_addr $the_real_ip $realip_remote_addr $proxy_protocol_addr",
                ForDefaultBackend = true,
            });
        var clients = accounted.Gateway.Services.GetRequiredService<ClientTrusts>();
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        (await client.GetAsync(new Uri("http://nobody.io/"), Ct)).Dispose();
        Assert.Equal("127.0.0.1 127.0.0.1 127.0.0.1 -", await accounted.LineAsync());
        clients.Set(new ClientSettings { ForwardedHeaders = true });
        (await client.GetAsync(new Uri("http://nobody.io/"), Ct)).Dispose();
        Assert.Equal("203.0.113.7 203.0.113.7 127.0.0.1 -", await accounted.LineAsync());

        clients.Set(new ClientSettings { ProxyProtocol = true });
        await RawClient.ExchangeAsync(
            accounted.Gateway.HttpPort,
            "PROXY TCP4 192.0.2.7 192.0.2.1 4711 80\r\nGET / HTTP/1.1\r\nHost: nobody.io\r\nConnection: close\r\n\r\n");
        Assert.Equal("192.0.2.7 192.0.2.7 127.0.0.1 192.0.2.7", await accounted.LineAsync());
    }

    [Fact]
    public async Task Lines_and_requests_match_one_to_one()
    {
        await using var pod = await Origin.StartAsync(context =>
        {
            context.Response.StatusCode = 200 + (int.Parse(context.Request.Path.Value![1..], CultureInfo.InvariantCulture) % 100);
            return context.Response.WriteAsync(new string('x', context.Response.StatusCode - 200), Ct);
        });
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.Gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        var sent = Enumerable.Range(0, 500).Where(i => i % 100 is not (4 or 5)).ToArray();
        await Parallel.ForEachAsync(sent, Ct, async (i, ct) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://a.io/{i}");
            request.Headers.Add("X-Request-ID", $"id-{i}");
            (await client.SendAsync(request, ct)).Dispose();
        });
        var seen = new Dictionary<string, Match>();
        foreach (var _ in sent)
        {
            var line = await accounted.LineAsync();
            var match = UpstreamInfo().Match(line);
            Assert.True(match.Success, line);
            Assert.True(seen.TryAdd(match.Groups["id"].Value, match), $"{line} is there twice");
        }
        foreach (var i in sent)
        {
            var line = seen[$"id-{i}"];
            Assert.Equal(
                ($"GET /{i} HTTP/1.1", $"{200 + (i % 100)}", $"{i % 100}", $"{pod.EndPoint}"),
                (line.Groups["request"].Value, line.Groups["status"].Value, line.Groups["bytes"].Value, line.Groups["pod"].Value));
        }
        // They are counted once they are written.
        await Wait.UntilAsync(() => accounted.AccessLog.Counts.Written == sent.Length, "count of the lines");
        Assert.Equal(0, accounted.AccessLog.Counts.Dropped);
    }

    [Theory]
    [InlineData(LogEscape.Default, "a\\x22b\\x5Cc\\x09d")]
    [InlineData(LogEscape.Json, "a\\\"b\\\\c\\td")]
    [InlineData(LogEscape.None, "a\"b\\c\td")]
    public async Task Values_can_forge_nothing(LogEscape escape, string expected)
    {
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(new AccessLogSettings { Format = "<$http_x_odd>", Escape = escape, ForDefaultBackend = true });
        using var client = new TcpClient("127.0.0.1", accounted.Gateway.HttpPort);
        await client.GetStream().WriteAsync(
            Encoding.Latin1.GetBytes("GET / HTTP/1.1\r\nHost: a.io\r\nX-Odd: a\"b\\c\td\r\nConnection: close\r\n\r\n"), Ct);
        Assert.Equal($"<{expected}>", await accounted.LineAsync());
    }

    [Fact]
    public async Task What_is_not_to_be_logged_is_not()
    {
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync("hello", Ct));
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(new AccessLogSettings { Format = "$uri", SkipUrls = ["/healthz", "~^/static/"] });
        accounted.Gateway.Serve("a.io", [pod.EndPoint]);
        var key = new BackendKey("default", "a.io", "80");
        var silent = Gateway.Route(PathMatch.Prefix, "/silent", key) with { Policies = new RoutePolicies { AccessLog = false } };
        accounted.Gateway.DataPlane.SetHost(new HostTranslation
        {
            Host = "a.io",
            VirtualHost = new VirtualHost { Host = "a.io", Routes = [silent, Gateway.Route(PathMatch.Prefix, "/", key)] },
        });
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        foreach (var path in (string[])["/silent", "/healthz", "/static/x.js", "/last"])
            await client.GetStringAsync(new Uri($"http://a.io{path}"), Ct);
        Assert.Equal("/last", await accounted.LineAsync());
    }

    [Fact]
    public async Task An_output_that_takes_nothing_costs_lines_and_no_requests()
    {
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync("hello", Ct));
        using var blocked = new BlockedStream();
        await using var accounted = await AccountedGateway.StartAsync(output: blocked);
        // A line of some 6 KB, so that 16 MB are soon full.
        accounted.AccessLog.Configure(new AccessLogSettings { Format = new string('x', 6000) });
        accounted.Gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        var sent = 0;
        while (accounted.AccessLog.Counts.Dropped == 0)
        {
            Assert.Equal("hello", await client.GetStringAsync(new Uri("http://a.io/"), Ct));
            Assert.InRange(++sent, 1, 10_000);
        }
        Assert.Equal("hello", await client.GetStringAsync(new Uri("http://a.io/"), Ct));
    }

    [Fact]
    public void A_line_allocates_nothing()
    {
        var request = new GatewayRequest();
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Protocol = "HTTP/1.1";
        context.Request.Headers.Host = "a.io";
        context.Request.Headers.UserAgent = "me/1.0";
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "/x";
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        request.Begin(context.Features);
        request.BeginTry(new DestinationState("10.0.0.1:80"));
        request.EndTry();
        var format = AccessLogFormat.Parse(AccessLogSettings.DefaultFormat, LogEscape.Default);
        var sample = new RequestSample { Duration = 5, RequestLength = 100, BytesSent = 200, HasUpstream = true };
        var length = 0;
        Assert.Equal(0, Allocated.By(() => length = format.Write(new LogEntry(request, sample, 5, DateTime.UnixEpoch)).Length));
        Assert.InRange(length, 100, 300);
    }

    [Fact]
    public void Lines_that_no_output_took_until_the_end_are_counted()
    {
        using var blocked = new BlockedStream();
        var counts = new LogCounts();
        var writer = new LogWriter(new PipeOutput(blocked), counts, NullLogger<LogWriter>.Instance);
        for (var i = 0; i < 100; i++)
            writer.Add("a line\n"u8);
        writer.Dispose();
        Assert.Equal((100, 0), (counts.Dropped, counts.Written));
    }

    [Fact]
    public async Task Lines_that_come_after_the_end_are_counted()
    {
        using var output = new MemoryStream();
        var counts = new LogCounts();
        var writer = new LogWriter(new PipeOutput(output), counts, NullLogger<LogWriter>.Instance);
        writer.Add("one\n"u8);
        writer.Complete();
        await Wait.UntilAsync(() => counts.Written == 1, "the line before the end");
        // The last take closes the queue; whichever of the two this line met, it is counted once.
        writer.Add("two\n"u8);
        writer.Dispose();
        Assert.Equal(2, counts.Written + counts.Dropped);
    }

    [Fact]
    public async Task Lines_in_JSON_are_JSON_whatever_clients_send()
    {
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(new AccessLogSettings
        {
            ForDefaultBackend = true,
            Escape = LogEscape.Json,
            Format = """{"time":"$time_iso8601","request":"$request","status":$status,"agent":"$http_user_agent","host":"$host","none":"$upstream_addr"}""",
        });
        foreach (var agent in (string[])["plain", "a\"b\\c", "tab\there", "\u00e9\u00ff\u0080", "\u007f</script>", "${status} $host"])
        {
            using var client = new TcpClient("127.0.0.1", accounted.Gateway.HttpPort);
            await client.GetStream().WriteAsync(
                Encoding.Latin1.GetBytes($"GET /x?y=\"z HTTP/1.1\r\nHost: a.io\r\nUser-Agent: {agent}\r\nConnection: close\r\n\r\n"), Ct);
            using var line = JsonDocument.Parse(await accounted.LineAsync());
            Assert.Equal(404, line.RootElement.GetProperty("status").GetInt32());
            Assert.Equal("a.io", line.RootElement.GetProperty("host").GetString());
            Assert.NotEqual("", line.RootElement.GetProperty("agent").GetString());
            if (agent.All(char.IsAscii))
                Assert.Equal(agent, line.RootElement.GetProperty("agent").GetString());
        }
    }

    [Fact]
    public void Variables_are_those_that_the_ConfigMap_is_checked_against()
    {
        Assert.Equal(LogVariables.All.Select(variable => variable.Name).Order(), LogVariableNames.Single.Order());
        Assert.Equal(LogVariables.Families.Select(family => family.Name).Order(), LogVariableNames.Families.Order());
        Assert.Equal(["upstream_adr", "a"], LogVariableNames.UnknownIn("$upstream_adr ${a} $http_x ${status}$ $upstream_adr ${broken"));
    }

    [Fact]
    public async Task A_file_that_was_moved_away_is_opened_anew()
    {
        var folder = Directory.CreateTempSubdirectory("access-log");
        var path = Path.Combine(folder.FullName, "access.log");
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(new AccessLogSettings { Format = "$uri", Path = path, ForDefaultBackend = true });
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        (await client.GetAsync(new Uri("http://a.io/one"), Ct)).Dispose();
        await Wait.UntilAsync(() => Read(path) == "/one\n", "the first line");
        File.Move(path, path + ".1");
        accounted.AccessLog.Reopen();
        (await client.GetAsync(new Uri("http://a.io/two"), Ct)).Dispose();
        await Wait.UntilAsync(() => Read(path) == "/two\n", "the second line, in a new file");
        Assert.Equal("/one\n", Read(path + ".1"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_output_that_is_no_file_gets_lines_too()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "There is no /dev/null here.");
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(new AccessLogSettings { Path = "/dev/null", ForDefaultBackend = true });
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        (await client.GetAsync(new Uri("http://a.io/"), Ct)).Dispose();
        await Wait.UntilAsync(() => accounted.AccessLog.Counts.Written == 1, "the line");
    }

    [Fact]
    public async Task A_full_disk_costs_lines_and_they_are_counted()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(new AccessLogSettings { Path = "/dev/full", ForDefaultBackend = true });
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        Assert.Equal(404, (int)(await client.GetAsync(new Uri("http://a.io/"), Ct)).StatusCode);
        await Wait.UntilAsync(async () => await accounted.ValueAsync("n_access_log_failed_lines_total") == 1, "the loss is counted");
    }

    [GeneratedRegex(
        """^(?<client>\S+) - \S+ \[[^\]]+\] "(?<request>[^"]*)" (?<status>\d+) (?<bytes>\d+) "[^"]*" "[^"]*" \d+ \d+\.\d{3} """
        + """\[(?<upstream>[^\]]*)\] \[\] (?<pod>\S+) \d+ \d+\.\d{3} \d+ (?<id>\S+)$""",
        RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex UpstreamInfo();

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    /// <summary>A pipe that nobody reads.</summary>
    private sealed class BlockedStream : MemoryStream
    {
        private readonly ManualResetEventSlim _closed = new();

        public override void Write(ReadOnlySpan<byte> buffer) => _closed.Wait(CancellationToken.None);

        protected override void Dispose(bool disposing)
        {
            _closed.Set();
            base.Dispose(disposing);
        }
    }
}
