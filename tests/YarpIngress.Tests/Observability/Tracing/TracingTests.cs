using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Kubernetes;
using YarpIngress.Observability.Tracing;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Observability.Tracing;

/// <summary>Real requests, and what a collector and the pod get to see of their traces.</summary>
public sealed class TracingTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Caller = "b7ad6b7169203331";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OtlpProtocol.Grpc)]
    [InlineData(OtlpProtocol.HttpProtobuf)]
    public async Task A_request_is_a_server_span_with_a_client_span_below(OtlpProtocol protocol)
    {
        await using var collector = await Collector.StartAsync(protocol);
        await using var bed = await Bed.StartAsync(collector.Settings with { ServiceName = "edge" });

        var sent = await bed.GetAsync("/cart/1?password=secret", ("X-Request-ID", "my-id"), ("User-Agent", "test/1"));
        var spans = await collector.WaitAsync(2);
        var server = Assert.Single(spans, span => span.Kind == "server");
        var client = Assert.Single(spans, span => span.Kind == "client");

        Assert.Equal("GET /cart", server.Name);
        Assert.Equal(("", server.Id, server.TraceId), (server.ParentId, client.ParentId, client.TraceId));
        Assert.Equal($"00-{client.TraceId}-{client.Id}-01", sent["traceparent"]);
        Assert.Equal("edge", server.Resource["service.name"]);
        Assert.Equal(
            ("GET", "http", "/cart/1", "a.io", "200", "/cart"),
            (server.Tags["http.request.method"], server.Tags["url.scheme"], server.Tags["url.path"], server.Tags["server.address"],
                server.Tags["http.response.status_code"], server.Tags["http.route"]));
        Assert.Equal(
            ("shop", "web", "cart", "80", "my-id", "test/1", "1.1", "127.0.0.1"),
            (server.Tags["k8s.namespace.name"], server.Tags["k8s.ingress.name"], server.Tags["k8s.service.name"],
                server.Tags["k8s.service.port"], server.Tags["http.request.header.x-request-id"], server.Tags["user_agent.original"],
                server.Tags["network.protocol.version"], server.Tags["client.address"]));
        Assert.Equal(
            ("GET", "127.0.0.1", $"{bed.Pod.EndPoint.Port}", "200"),
            (client.Tags["http.request.method"], client.Tags["server.address"], client.Tags["server.port"],
                client.Tags["http.response.status_code"]));
        Assert.True(server.Start <= client.Start && client.Start <= client.End && client.End <= server.End);
        Assert.False(server.IsError || client.IsError);
        Assert.DoesNotContain(spans.SelectMany(span => span.Tags.Values), value => value.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("traceparent", $"00-{Trace}-{Caller}-01", "tracestate", "vendor=1")]
    [InlineData("b3", $"{Trace}-{Caller}-1", "x-other", "1")]
    [InlineData("X-B3-TraceId", Trace, "X-B3-SpanId", Caller)]
    public async Task A_callers_span_becomes_the_parent(string name, string value, string otherName, string otherValue)
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await Bed.StartAsync(collector.Settings);

        var sent = await bed.GetAsync("/cart", (name, value), (otherName, otherValue));
        var spans = await collector.WaitAsync(2);
        Assert.All(spans, span => Assert.Equal(Trace, span.TraceId));
        Assert.Equal(Caller, Assert.Single(spans, span => span.Kind == "server").ParentId);
        var (client, server) = (spans.Single(span => span.Kind == "client").Id, spans.Single(span => span.Kind == "server").Id);
        Assert.Equal($"00-{Trace}-{client}-01", sent["traceparent"]);
        switch (name)
        {
            case "traceparent":
                Assert.Equal("vendor=1", sent["tracestate"]);
                Assert.All(spans, span => Assert.Equal("vendor=1", span.State));
                break;
            case "b3":
                Assert.Equal($"{Trace}-{client}-1-{server}", sent["b3"]);
                break;
            default:
                Assert.Equal((Trace, client, server, "1"),
                    (sent["X-B3-TraceId"], sent["X-B3-SpanId"], sent["X-B3-ParentSpanId"], sent["X-B3-Sampled"]));
                break;
        }
    }

    [Fact]
    public async Task A_caller_that_is_not_trusted_is_not_the_parent()
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await Bed.StartAsync(collector.Settings with { TrustIncomingSpan = false });

        var sent = await bed.GetAsync(
            "/cart", ("traceparent", $"00-{Trace}-{Caller}-01"), ("tracestate", "vendor=1"), ("b3", $"{Trace}-{Caller}-1"));
        var spans = await collector.WaitAsync(2);
        Assert.All(spans, span => Assert.NotEqual(Trace, span.TraceId));
        Assert.Equal("", spans.Single(span => span.Kind == "server").ParentId);
        Assert.Equal($"00-{spans[0].TraceId}-{spans.Single(span => span.Kind == "client").Id}-01", sent["traceparent"]);
        Assert.False(sent.ContainsKey("b3") || sent.ContainsKey("tracestate"));
    }

    [Theory]
    // Sampler, parent-based, what the caller says, whether it is recorded.
    [InlineData(TraceSampler.AlwaysOff, true, "", false)]
    [InlineData(TraceSampler.AlwaysOff, true, "01", true)]
    [InlineData(TraceSampler.AlwaysOff, false, "01", false)]
    [InlineData(TraceSampler.AlwaysOn, true, "00", false)]
    [InlineData(TraceSampler.AlwaysOn, false, "00", true)]
    [InlineData(TraceSampler.TraceIdRatioBased, true, "", false)]
    public async Task Sampler_and_caller_decide_what_is_recorded(TraceSampler sampler, bool parentBased, string caller, bool recorded)
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await Bed.StartAsync(collector.Settings with { Sampler = sampler, ParentBased = parentBased, Ratio = 0 });

        var sent = await bed.GetAsync("/cart", caller.Length > 0 ? [("traceparent", $"00-{Trace}-{Caller}-{caller}")] : []);
        Assert.EndsWith(recorded ? "-01" : "-00", sent["traceparent"]);
        if (caller.Length > 0)
            Assert.StartsWith($"00-{Trace}-", sent["traceparent"]);
        // The last flush is a short one.
        await collector.WaitAsync(recorded ? 2 : 0);
        await bed.StopTracingAsync();
        Assert.Equal(recorded ? 2 : 0, collector.Spans.Count);
    }

    [Theory]
    [InlineData("b3", "0", false)]
    [InlineData("b3", $"{Trace}-{Caller}-0", false)]
    [InlineData("b3", $"{Trace}-{Caller}-d", true)]
    [InlineData("b3", $"{Trace}-{Caller}", true)]
    [InlineData("X-B3-Sampled", "0", false)]
    [InlineData("b3", "nonsense", true)]
    [InlineData("traceparent", "nonsense", true)]
    [InlineData("traceparent", "00-00000000000000000000000000000000-0000000000000000-01", true)]
    public async Task Odd_headers_of_callers(string name, string value, bool recorded)
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await Bed.StartAsync(collector.Settings);
        Assert.EndsWith(recorded ? "-01" : "-00", (await bed.GetAsync("/cart", (name, value)))["traceparent"]);
        // The last flush is a short one.
        await collector.WaitAsync(recorded ? 2 : 0);
        await bed.StopTracingAsync();
        Assert.Equal(recorded ? 2 : 0, collector.Spans.Count);
    }

    [Fact]
    public async Task A_share_of_the_traces_is_recorded()
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await Bed.StartAsync(collector.Settings with { Sampler = TraceSampler.TraceIdRatioBased, Ratio = 0.5 });
        var recorded = 0;
        for (var i = 0; i < 200; i++)
            recorded += (await bed.GetAsync("/cart"))["traceparent"].EndsWith("-01", StringComparison.Ordinal) ? 1 : 0;
        // So far off 100 as it will be once in a million runs of a million tests.
        Assert.InRange(recorded, 40, 160);
        Assert.Equal(2 * recorded, (await collector.WaitAsync(2 * recorded)).Count);
    }

    [Fact]
    public async Task While_it_is_off_nothing_is_sent_and_the_callers_headers_pass()
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await Bed.StartAsync(collector.Settings with { Enabled = false });
        (string, string)[] headers =
            [("traceparent", $"00-{Trace}-{Caller}-01"), ("tracestate", "vendor=1"), ("b3", $"{Trace}-{Caller}-1"), ("baggage", "a=b")];
        var sent = await bed.GetAsync("/cart", headers);
        Assert.All(headers, header => Assert.Equal(header.Item2, sent[header.Item1]));
        Assert.False((await bed.GetAsync("/cart")).ContainsKey("traceparent"));
        await bed.StopTracingAsync();
        Assert.Empty(collector.Spans);
    }

    [Fact]
    public async Task An_Ingress_decides_for_itself()
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await Bed.StartAsync(collector.Settings with { Enabled = false, TrustIncomingSpan = true });
        bed.Serve(new TracingPolicy(Enabled: true, TrustIncomingSpan: false, OperationName: "$namespace/$ingress_name $request_method"));
        await bed.GetAsync("/cart", ("traceparent", $"00-{Trace}-{Caller}-01"));
        var server = (await collector.WaitAsync(2)).Single(span => span.Kind == "server");
        Assert.Equal(("shop/web GET", ""), (server.Name, server.ParentId));

        await bed.Tracing.ApplyAsync(collector.Settings);
        bed.Serve(new TracingPolicy(Enabled: false, null, null));
        await bed.GetAsync("/cart");
        await bed.StopTracingAsync();
        Assert.Equal(2, collector.Spans.Count);
    }

    [Fact]
    public async Task Failures_and_requests_without_a_route_are_told_of()
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await Bed.StartAsync(collector.Settings);
        var dead = new IPEndPoint(IPAddress.Loopback, 1);
        bed.Serve(default, dead);
        Assert.Equal(502, await bed.StatusAsync("a.io"));
        // The request, and three attempts: there is no other endpoint to go to.
        var spans = await collector.WaitAsync(4);
        Assert.All(spans, span => Assert.True(span.IsError));
        Assert.All(spans, span => Assert.Equal("Request", span.Tags["error.type"]));
        Assert.Equal("502", spans.Single(span => span.Kind == "server").Tags["http.response.status_code"]);

        Assert.Equal(404, await bed.StatusAsync("nobody.io"));
        var unknown = (await collector.WaitAsync(5)).Last();
        Assert.Equal(("GET", "server", false, "404"),
            (unknown.Name, unknown.Kind, unknown.IsError, unknown.Tags["http.response.status_code"]));
    }

    [Fact]
    public async Task Each_attempt_is_a_span_of_its_own()
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await Bed.StartAsync(collector.Settings);
        bed.Serve(default, new IPEndPoint(IPAddress.Loopback, 1), bed.Pod.EndPoint);
        // The endpoints take turns, so of two requests one meets the dead one first.
        var first = await bed.GetAsync("/cart");
        var second = await bed.GetAsync("/cart");
        var spans = await collector.WaitAsync(5);
        var attempts = spans.Where(span => span.Kind == "client").GroupBy(span => span.ParentId).Single(group => group.Count() == 2).ToList();
        var failed = Assert.Single(attempts, span => span.IsError);
        var served = Assert.Single(attempts, span => !span.IsError);
        Assert.Equal(("1", "200"), (served.Tags["http.request.resend_count"], served.Tags["http.response.status_code"]));
        Assert.False(failed.Tags.ContainsKey("http.response.status_code"));
        Assert.Contains($"00-{served.TraceId}-{served.Id}-01", new[] { first["traceparent"], second["traceparent"] });
    }

    [Fact]
    public async Task A_collector_that_is_gone_costs_spans_and_no_request()
    {
        var settings = new TracingSettings
        {
            Enabled = true,
            CollectorHost = "127.0.0.1",
            CollectorPort = 1,
            MaxQueueSize = 4,
            MaxExportBatchSize = 2,
            ScheduleDelay = TimeSpan.FromMilliseconds(10),
        };
        await using var bed = await Bed.StartAsync(settings);
        for (var i = 0; i < 50; i++)
            await bed.GetAsync("/cart");
        await bed.StopTracingAsync();
        var counts = bed.Tracing.Counts;
        Assert.Equal((0, 100), (counts.SpansSent, counts.SpansDroppedQueueFull + counts.SpansDroppedExportFailed));
    }

    [Fact]
    public async Task A_full_queue_drops_and_counts()
    {
        // Takes the connection and never answers.
        await using var silent = await Origin.StartAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
        await using var bed = await Bed.StartAsync(new TracingSettings
        {
            Enabled = true,
            CollectorHost = "127.0.0.1",
            CollectorPort = silent.EndPoint.Port,
            Protocol = OtlpProtocol.HttpProtobuf,
            MaxQueueSize = 4,
            MaxExportBatchSize = 2,
            ScheduleDelay = TimeSpan.FromMilliseconds(10),
        });
        await Wait.UntilAsync(
            async () => (await bed.GetAsync("/cart")).ContainsKey("traceparent") && bed.Tracing.Counts.SpansDroppedQueueFull > 10, "drops");
    }

    /// <summary>A gateway, a pod that says which headers it got, and a host whose path <c>/cart</c> leads there.</summary>
    private sealed class Bed : IAsyncDisposable
    {
        private static readonly BackendKey Backend = new("shop", "cart", "80");
        private readonly Gateway _gateway;
        private readonly HttpClient _client;

        private Bed(Gateway gateway, Origin pod)
        {
            (_gateway, Pod) = (gateway, pod);
            _client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
            Serve(default);
        }

        public Origin Pod { get; }

        public RequestTracing Tracing => _gateway.Services.GetRequiredService<RequestTracing>();

        public static async Task<Bed> StartAsync(TracingSettings settings)
        {
            var pod = await Origin.StartAsync(context => context.Response.WriteAsync(
                string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}"))));
            var bed = new Bed(await Gateway.StartAsync(), pod);
            await bed.Tracing.ApplyAsync(settings);
            return bed;
        }

        public void Serve(TracingPolicy policy, params IPEndPoint[] endpoints)
        {
            _gateway.SetBackend(Backend, endpoints.Length > 0 ? endpoints : [Pod.EndPoint]);
            _gateway.DataPlane.SetHost(new HostTranslation
            {
                Host = "a.io",
                VirtualHost = new VirtualHost
                {
                    Host = "a.io",
                    Routes =
                    [
                        new Route
                        {
                            Match = PathMatch.Prefix,
                            Path = "/cart",
                            Ingress = new ObjectKey("shop", "web"),
                            Backend = Backend,
                            Policies = new RoutePolicies { Tracing = policy },
                        },
                    ],
                },
            });
        }

        /// <summary>What the pod got.</summary>
        public async Task<IReadOnlyDictionary<string, string>> GetAsync(string path, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://a.io{path}");
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await _client.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return (await answer.Content.ReadAsStringAsync(Ct)).Split('\n').Select(line => line.Split(": ", 2))
                .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        }

        public async Task<int> StatusAsync(string host) => (int)await Clients.StatusAsync(_gateway, host, "/cart");

        /// <summary>Turns tracing off, which sends what waits. Requests end a little after their answers.</summary>
        public async Task StopTracingAsync()
        {
            await Wait.UntilAsync(() => Tracing.Open == 0, "end of all traces");
            await Tracing.ApplyAsync(new TracingSettings());
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await _gateway.DisposeAsync();
            await Pod.DisposeAsync();
        }
    }
}
