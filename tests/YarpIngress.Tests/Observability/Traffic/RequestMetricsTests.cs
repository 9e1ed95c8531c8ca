using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Observability.Metrics;
using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Observability.Traffic;

public class RequestMetricsTests
{
    private const string Labels =
        """{status="200",method="GET",path="/",namespace="default",ingress="test",service="a.io",canary="",host="a.io"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_counts_once_under_its_route_status_and_method()
    {
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync("hello", Ct));
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.Gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.GetStringAsync(new Uri("http://a.io/x?secret=1"), Ct)));
        for (var i = 0; i < 7; i++)
            (await client.PostAsync(new Uri("http://a.io/y"), new ByteArrayContent(new byte[5000]), Ct)).Dispose();
        (await client.GetAsync(new Uri("http://unknown.io/z"), Ct)).Dispose();

        var post = Labels.Replace("GET", "POST", StringComparison.Ordinal);
        await Wait.UntilAsync(async () => await accounted.ValueAsync("n_requests" + Labels) == 200, "200 GETs");
        await Wait.UntilAsync(async () => await accounted.ValueAsync("n_requests" + post) == 7, "7 POSTs");
        Assert.Equal(200, await accounted.ValueAsync("n_request_duration_seconds_count" + Labels));
        Assert.Equal(200, await accounted.ValueAsync("n_response_duration_seconds_count" + Labels));
        Assert.Equal(200, await accounted.ValueAsync("n_header_duration_seconds_count" + Labels));
        Assert.InRange(await accounted.ValueAsync("n_request_size_sum" + post), 7 * 5000, 7 * 5500);
        Assert.InRange(await accounted.ValueAsync("n_response_size_sum" + Labels), 200 * 50, 200 * 500);
        await Wait.UntilAsync(
            async () => await accounted.ValueAsync(
                """n_requests{status="404",method="GET",path="",namespace="",ingress="",service="",canary="",host="_"}""") == 1,
            "the request without a route");
        Assert.DoesNotContain("secret", await accounted.Registry.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_that_goes_takes_its_series_along()
    {
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync("hello", Ct));
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.Gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        await client.GetStringAsync(new Uri("http://a.io/"), Ct);
        await Wait.UntilAsync(async () => await accounted.ValueAsync("n_requests" + Labels) == 1, "the request");

        // Another version of the same host keeps them: an edit is no reset.
        accounted.Gateway.SetHost(
            "a.io",
            (PathMatch.Prefix, "/", new BackendKey("default", "a.io", "80")),
            (PathMatch.Exact, "/new", new BackendKey("default", "a.io", "80")));
        Assert.Equal(1, await accounted.ValueAsync("n_requests" + Labels));

        accounted.Gateway.DataPlane.RemoveHost("a.io");
        Assert.DoesNotContain("a.io", await accounted.Registry.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hosts_and_methods_that_clients_invent_make_no_series()
    {
        await using var accounted = await AccountedGateway.StartAsync();
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        for (var i = 0; i < 50; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod($"M{i}"), $"http://h{i}.io/");
            (await client.SendAsync(request, Ct)).Dispose();
        }
        await Wait.UntilAsync(
            async () => await accounted.ValueAsync(
                """n_requests{status="404",method="other",path="",namespace="",ingress="",service="",canary="",host="_"}""") == 50,
            "all of them in one series");
        Assert.Single((await accounted.Registry.TextAsync()).Split('\n'), line => line.StartsWith("n_requests{", StringComparison.Ordinal));
    }

    [Fact]
    public void Undefined_hosts_are_told_apart_up_to_a_bound()
    {
        var table = new TrafficTable(new TrafficOptions { PerUndefinedHost = true });
        for (var i = 0; i < 100_000; i++)
        {
            var request = new GatewayRequest();
            request.Begin(new DefaultHttpContext { Request = { Host = new HostString($"h{i}.io") } }.Features);
            table.For(table.Unrouted, request).SeriesOf(404, 1);
        }
        Assert.Equal(10_001, table.All.Count());
    }

    [Fact]
    public void A_hundred_thousand_hosts_and_methods_grow_nothing()
    {
        var table = new TrafficTable(new TrafficOptions());
        var request = new GatewayRequest();
        for (var i = 0; i < 100_000; i++)
        {
            request.Begin(new DefaultHttpContext { Request = { Host = new HostString($"h{i}.io"), Method = $"M{i}" } }.Features);
            table.For(table.Unrouted, request).SeriesOf(404, MethodLabel.IndexOf(request.Context.Request.Method))
                .Add(new() { Duration = 1, RequestLength = 2, BytesSent = 3 });
            request.End();
        }
        var route = Assert.Single(table.All);
        var series = Assert.Single(route.Series);
        Assert.Equal(("404", "other"), (series.Status, series.Method));
    }

    [Fact]
    public async Task A_request_in_a_trace_can_be_looked_up()
    {
        await using var accounted = await AccountedGateway.StartAsync();
        var table = accounted.Gateway.Services.GetRequiredService<TrafficTable>();
        var series = table.Unrouted.SeriesOf(404, 1);
        series.Add(new() { Duration = Stopwatch.Frequency / 50, RequestLength = 2, BytesSent = 3 });
        series.Remember("0af7651916cd43dd8448eb211c80319c", Stopwatch.Frequency / 50, 1_700_000_000.5);
        var text = await accounted.Registry.TextAsync(ExpositionFormat.OpenMetrics);
        Assert.Contains(
            """le="0.025"} 1 # {trace_id="0af7651916cd43dd8448eb211c80319c"} 0.02 1700000000.5""", text, StringComparison.Ordinal);
        Assert.DoesNotContain("trace_id", await accounted.Registry.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrapers_that_hang_hold_up_nobody()
    {
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync("hello", Ct));
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.Gateway.Serve("a.io", [pod.EndPoint]);
        // More than the buffers of a connection hold.
        var padding = accounted.Registry.CreateCounter("padding_total", "Padding.", "text");
        for (var i = 0; i < 20_000; i++)
            padding.WithLabels($"{i}-{new string('x', 400)}").Inc();
        await using var admin = await Origin.StartAsync(new MetricsEndpoint(accounted.Registry).AnswerAsync);
        var hanging = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 12; i++)
            {
                var scraper = new TcpClient("127.0.0.1", admin.EndPoint.Port) { ReceiveBufferSize = 4096 };
                hanging.Add(scraper);
                await scraper.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), Ct);
            }
            using var other = new HttpClient();
            await Wait.UntilAsync(async () =>
            {
                using var refused = await other.GetAsync(
                    new Uri($"http://{admin.EndPoint}/metrics"), HttpCompletionOption.ResponseHeadersRead, Ct);
                return refused.StatusCode == HttpStatusCode.ServiceUnavailable;
            }, "a refusal, with eight that hang");
            using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
            for (var i = 0; i < 20; i++)
                Assert.Equal("hello", await client.GetStringAsync(new Uri("http://a.io/"), Ct));
        }
        finally
        {
            foreach (var scraper in hanging)
                scraper.Dispose();
        }
    }

    [Fact]
    public void Statuses_that_pods_invent_are_told_apart_up_to_a_bound()
    {
        var route = new TrafficTable(new TrafficOptions()).Unrouted;
        for (var status = 100; status < 1000; status++)
            for (var method = 0; method < 10; method++)
                route.SeriesOf(status, method);
        Assert.InRange(route.Series.Count, 64, 80);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var route = new TrafficTable(new TrafficOptions()).Unrouted;
        var sample = new RequestSample { Duration = 5, RequestLength = 100, BytesSent = 200, HasUpstream = true, Header = 3, Response = 4 };
        Assert.Equal(0, Allocated.By(() => route.SeriesOf(200, 1).Add(sample)));
    }

    [Fact]
    public void Counts_of_many_threads_add_up()
    {
        var route = new TrafficTable(new TrafficOptions()).Unrouted;
        Parallel.For(0, 100_000, _ => route.SeriesOf(200, 1).Add(new() { Duration = 1, RequestLength = 2, BytesSent = 3 }));
        var cells = new long[new TrafficLayout(new TrafficOptions()).Cells];
        route.Series[0].Read(cells);
        Assert.Equal(100_000, cells[0]);
    }

    [Fact]
    public async Task Scrapers_get_the_format_and_encoding_that_they_ask_for()
    {
        await using var accounted = await AccountedGateway.StartAsync();
        await using var admin = await Origin.StartAsync(new MetricsEndpoint(accounted.Registry).AnswerAsync);
        using var client = new HttpClient(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.None });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{admin.EndPoint}/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));
        using var open = await client.SendAsync(request, Ct);
        Assert.Equal("application/openmetrics-text", open.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("# EOF\n", await open.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);

        using var zipped = new HttpRequestMessage(HttpMethod.Get, $"http://{admin.EndPoint}/metrics");
        zipped.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var answer = await client.SendAsync(zipped, Ct);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
    }
}
