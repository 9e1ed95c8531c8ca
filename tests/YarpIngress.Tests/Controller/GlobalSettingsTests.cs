using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.Observability.Tracing;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Controller;

/// <summary>The ConfigMap of <c>--configmap</c> and annotations, from the API server to a request.</summary>
public sealed class GlobalSettingsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_apply_live_and_go_with_the_ConfigMap()
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync(
            $"{context.Request.Headers["X-Request-ID"]}|{context.Request.Headers.TraceParent}"));
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        var controller = await bed.StartReadyControllerAsync(options => options with { ConfigMap = new ObjectKey("default", "global") });
        Assert.Matches(@"^[0-9a-f]{32}\|$", (await bed.GetAsync(controller, "web.example")).Body);

        await bed.ApplyAsync($$"""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: global, namespace: default}
            data:
              generate-request-id: "false"
              enable-opentelemetry: "true"
              otlp-collector-host: 127.0.0.1
              otlp-collector-port: "{{collector.Settings.CollectorPort}}"
              otlp-collector-protocol: http/protobuf
              otel-schedule-delay-millis: "20"
              otel-service-name: from-the-configmap
            """);
        await Wait.UntilAsync(
            async () => (await bed.GetAsync(controller, "web.example")).Body.StartsWith("|00-", StringComparison.Ordinal), "settings");
        Assert.Equal("from-the-configmap", (await collector.WaitAsync(2))[0].Resource["service.name"]);
        Assert.Equal("controller-0", collector.Spans[0].Resource["service.instance.id"]);
        Assert.DoesNotContain("<p>", (await bed.GetAsync(controller, "nobody.example")).Body);
        await Wait.UntilAsync(
            async () => (await bed.AdminAsync(controller, "/metrics")).Body.Contains("trace_spans_sent_total"), "count of spans");

        await bed.Api.DeleteAsync<V1ConfigMap>("default", "global", Ct);
        await Wait.UntilAsync(
            async () => (await bed.GetAsync(controller, "web.example")).Body is [not '|', .., '|'], "defaults");
    }

    [Fact]
    public async Task What_is_wrong_with_it_is_an_Event_and_the_rest_applies()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyAsync("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: global, namespace: default}
            data: {generate-request-id: "false", otel-sampler: Sometimes, no-such-key: "1"}
            """);
        var controller = await bed.StartReadyControllerAsync(options => options with { ConfigMap = new ObjectKey("default", "global") });
        Assert.DoesNotContain("<p>", (await bed.GetAsync(controller, "nobody.example")).Body);
        var events = await Wait.ForAsync(() => bed.EventsAsync("ConfigMap", "global"), events => events.Count >= 2, "Events");
        Assert.Contains(events, one => one is { Reason: "InvalidSetting" } && one.Message!.Contains(
            "value \"Sometimes\" must be one of AlwaysOn, AlwaysOff, TraceIdRatioBased; the default is used: AlwaysOn",
            StringComparison.Ordinal));
        Assert.Contains(events,
            one => one is { Reason: "UnknownSetting" } && one.Message!.Contains("no-such-key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_annotation_of_either_prefix_reaches_the_request()
    {
        await using var collector = await Collector.StartAsync();
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync($"{context.Request.Headers.TraceParent}"));
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        await bed.ApplyIngressAsync("plain", "plain.example", "web");
        await bed.ApplyAsync($$"""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: global, namespace: default}
            data:
              otlp-collector-host: http://127.0.0.1
              otlp-collector-port: "{{collector.Settings.CollectorPort}}"
              otlp-collector-protocol: http/protobuf
              otel-schedule-delay-millis: "20"
            """);
        var controller = await bed.StartReadyControllerAsync(options => options with { ConfigMap = new ObjectKey("default", "global") });
        await AnnotateAsync(bed, "nginx.ingress.kubernetes.io/enable-opentelemetry", "true");
        await Wait.UntilAsync(async () => (await bed.GetAsync(controller, "web.example")).Body.Length > 0, "traced request");
        Assert.Equal("", (await bed.GetAsync(controller, "plain.example")).Body);
        var explanation = (await bed.AdminAsync(controller, "/api/explain?url=web.example")).Body;
        Assert.Contains("enable-opentelemetry=true (annotation): Whether requests are traced.", explanation);

        // Ours wins over nginx's.
        await AnnotateAsync(bed, "yarp.ingress.kubernetes.io/enable-opentelemetry", "false");
        await Wait.UntilAsync(async () => (await bed.GetAsync(controller, "web.example")).Body.Length == 0, "untraced request");
        await AnnotateAsync(bed, "yarp.ingress.kubernetes.io/enable-opentelemetry", "perhaps");
        await Wait.UntilAsync(
            async () => (await bed.EventsAsync("Ingress", "web")).Any(one => one.Reason == "InvalidAnnotation"), "Event");
    }

    private static Task AnnotateAsync(TestBed bed, string name, string value) => bed.Api.SendAsync(
        HttpMethod.Patch, V1Ingress.Resource.CollectionPath("default") + "/web",
        new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [name] = value } } },
        "application/merge-patch+json", Ct);
}
