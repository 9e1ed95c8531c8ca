using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Observability.Tracing;
using YarpIngress.Tests.Observability.Tracing;
using YarpIngress.Tests.Observability.Traffic;
using YarpIngress.Tests.Proxy;
using YarpIngress.Tests.Upstream;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Observability;

/// <summary>What annotations of an Ingress change about its log and its traces: <c>enable-access-log</c>, <c>*opentelemetry*</c>.</summary>
public sealed class AnnotatedObservabilityTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enable_access_log_false_leaves_the_requests_of_an_Ingress_out()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(new AccessLogSettings { Format = "$host$request_uri" });
        accounted.Gateway.ServeAnnotated("silent.io", [pod.EndPoint], Annotations(("enable-access-log", "false")));
        accounted.Gateway.ServeAnnotated("loud.io", [pod.EndPoint], Annotations(("enable-access-log", "true")));
        accounted.Gateway.ServeAnnotated("usual.io", [pod.EndPoint], Annotations());
        // Of requests on several connections, any may be the first whose line is written.
        Assert.Equal("loud.io/a", await LineOfAsync(accounted, "loud.io", "/a"));
        await Clients.GetAsync(accounted.Gateway, "silent.io", "/a");
        Assert.Equal("usual.io/a", await LineOfAsync(accounted, "usual.io", "/a"));
    }

    [Fact]
    public async Task Enable_opentelemetry_opentelemetry_operation_name_and_opentelemetry_trust_incoming_span_are_the_Ingress_s_own()
    {
        await using var collector = await Collector.StartAsync();
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync(context.Request.Headers.TraceParent.ToString()));
        await using var gateway = await Gateway.StartAsync();
        await gateway.Services.GetRequiredService<RequestTracing>().ApplyAsync(collector.Settings);
        gateway.ServeAnnotated("off.io", [pod.EndPoint], Annotations(("enable-opentelemetry", "false")));
        gateway.ServeAnnotated("named.io", [pod.EndPoint], Annotations(("opentelemetry-operation-name", "shop $request_method")));
        gateway.ServeAnnotated("own.io", [pod.EndPoint], Annotations(("opentelemetry-trust-incoming-span", "false")));

        const string Caller = $"00-{Trace}-b7ad6b7169203331-01";
        using var client = Clients.To(gateway.HttpPort, System.Net.HttpVersion.Version11);
        client.DefaultRequestHeaders.Add("traceparent", Caller);
        // Whose trace it is shows in what the pod gets.
        Assert.Equal(Caller, await client.GetStringAsync("http://off.io/", Ct));
        Assert.StartsWith($"00-{Trace}-", await client.GetStringAsync("http://named.io/", Ct), StringComparison.Ordinal);
        Assert.DoesNotContain(Trace, await client.GetStringAsync("http://own.io/", Ct), StringComparison.Ordinal);

        var servers = (await collector.WaitAsync(4)).Where(span => span.Kind == "server").OrderBy(span => span.Tags["server.address"]).ToList();
        Assert.Equal(
            [("named.io", "shop GET", Trace, "b7ad6b7169203331")],
            servers[..1].Select(span => (span.Tags["server.address"], span.Name, span.TraceId, span.ParentId)));
        Assert.Equal(("own.io", "", 2), (servers[1].Tags["server.address"], servers[1].ParentId, servers.Count));
    }

    [Fact]
    public async Task Route_metadata_is_in_access_logs_whose_format_names_it()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(new AccessLogSettings { Format = "$host $route_metadata_cost_center $route_metadata_team" });
        accounted.Gateway.ServeAnnotated(
            "named.io", [pod.EndPoint], Annotations(("yarp.ingress.kubernetes.io/route-metadata", "Cost-Center: a 7\nOwner: x\n")));
        accounted.Gateway.ServeAnnotated("nameless.io", [pod.EndPoint], Annotations());
        Assert.Equal("named.io a 7 -", await LineOfAsync(accounted, "named.io"));
        Assert.Equal("nameless.io - -", await LineOfAsync(accounted, "nameless.io"));
    }

    [Fact]
    public async Task What_the_output_cache_did_is_in_access_logs_and_metrics()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(new AccessLogSettings { Format = "$status $upstream_cache_status $upstream_status" });
        accounted.Gateway.ServeAnnotated(
            "a.io", [pod.EndPoint], Annotations(), change: policies => policies with { OutputCache = new OutputCachePolicy { Name = "minute" } });
        accounted.Gateway.ServeAnnotated("b.io", [pod.EndPoint], Annotations());
        Assert.Equal("200 MISS 200", await LineOfAsync(accounted, "a.io"));
        Assert.Equal("200 HIT -", await LineOfAsync(accounted, "a.io"));
        Assert.Equal("200 - 200", await LineOfAsync(accounted, "b.io"));
        using var client = Clients.To(accounted.Gateway.HttpPort, System.Net.HttpVersion.Version11);
        client.DefaultRequestHeaders.Add("Cookie", "a=b");
        await client.GetAsync("http://a.io/", Ct);
        Assert.Equal("200 BYPASS 200", await accounted.LineAsync());
        foreach (var result in (string[])["miss", "hit", "bypass"])
            Assert.Equal(1, await accounted.ValueAsync(
                $$"""n_output_cache_requests_total{result="{{result}}",path="/",namespace="default",ingress="a.io",service="a.io",host="a.io"}"""));
    }

    private static async Task<string> LineOfAsync(AccountedGateway accounted, string host, string path = "/")
    {
        await Clients.GetAsync(accounted.Gateway, host, path);
        return await accounted.LineAsync();
    }

    private static Dictionary<string, string> Annotations(params (string Name, string Value)[] annotations) =>
        annotations.ToDictionary(one => one.Name, one => one.Value);
}
