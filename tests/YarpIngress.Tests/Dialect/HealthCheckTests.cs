using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using YarpIngress.Kubernetes;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Dialect;

/// <summary>Endpoints that are ready as the cluster says and fail all the same: <c>health-check</c>, and <c>timeout-policy</c>.</summary>
public sealed class HealthCheckTests
{
    [Fact]
    public async Task An_endpoint_that_does_not_answer_its_probe_gets_no_request_until_it_does()
    {
        var isWell = false;
        await using var bed = await TestBed.StartAsync();
        await using var well = await Origin.StartAsync("well");
        await using var sick = await Origin.StartAsync(context =>
        {
            if (context.Request.Path == "/healthz" && !Volatile.Read(ref isWell))
                context.Response.StatusCode = 500;
            return context.Response.WriteAsync("sick");
        });
        await ApplyAsync(
            bed, well.EndPoint, sick.EndPoint, "Active: {Enabled: true, Interval: '00:00:01', Timeout: '00:00:01', Path: /healthz}");
        var controller = await bed.StartReadyControllerAsync();

        await Wait.UntilAsync(async () => await OfTwentyAsync(bed, controller) is ["well"], "only the well one");
        Volatile.Write(ref isWell, true);
        await Wait.UntilAsync(async () => await OfTwentyAsync(bed, controller) is ["sick", "well"], "both");
    }

    [Fact]
    public async Task An_endpoint_that_requests_fail_at_is_left_out()
    {
        await using var bed = await TestBed.StartAsync();
        await using var well = await Origin.StartAsync("well");
        var asked = 0;
        await using var sick = await Origin.StartAsync(context =>
        {
            Interlocked.Increment(ref asked);
            context.Abort();
            return Task.CompletedTask;
        });
        await ApplyAsync(
            bed, well.EndPoint, sick.EndPoint, "Passive: {Enabled: true, Policy: TransportFailureRate, ReactivationPeriod: '01:00:00'}");
        var controller = await bed.StartReadyControllerAsync();

        await Wait.UntilAsync(async () =>
        {
            var before = Volatile.Read(ref asked);
            return await OfTwentyAsync(bed, controller) is ["well"] && Volatile.Read(ref asked) == before;
        }, "no request to the sick one");
        Assert.True(Volatile.Read(ref asked) > 0);
    }

    [Fact]
    public async Task A_timeout_policy_of_the_ConfigMap_applies_by_its_name()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync(context => Never(context));
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyAsync("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: global, namespace: default}
            data: {timeout-policies: "short: 00:00:00.200"}
            """);
        await ApplyIngressAsync(bed, "timeout-policy: short");
        var controller = await bed.StartReadyControllerAsync(options => options with { ConfigMap = new ObjectKey("default", "global") });
        await Wait.UntilAsync(async () => (await bed.GetAsync(controller, "web.example")).Status == 504, "504");
    }

    [Fact]
    public async Task A_cors_policy_of_the_ConfigMap_applies_by_its_name()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync("pod");
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyAsync("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: global, namespace: default}
            data: {cors-policies: "partners: {AllowOrigins: ['https://partner.example'], AllowMethods: [GET]}"}
            """);
        await ApplyIngressAsync(bed, "cors-policy: partners");
        var controller = await bed.StartReadyControllerAsync(options => options with { ConfigMap = new ObjectKey("default", "global") });
        using var client = new HttpClient();
        async Task<string?> AllowedAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{controller.HttpPort}/"));
            request.Headers.Host = "web.example";
            request.Headers.Add("Origin", origin);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? string.Join(',', values) : null;
        }
        await Wait.UntilAsync(async () => await AllowedAsync("https://partner.example") == "https://partner.example", "the policy");
        Assert.Null(await AllowedAsync("https://other.example"));
    }

    /// <summary>Answers when the gateway has given the request up.</summary>
    private static async Task Never(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(() => gone.TrySetResult());
        await gone.Task;
    }

    private static async Task<IReadOnlyList<string>> OfTwentyAsync(TestBed bed, YarpIngress.Controller.IngressController controller)
    {
        var names = new ConcurrentDictionary<string, bool>();
        for (var i = 0; i < 20; i++)
            names[(await bed.GetAsync(controller, "web.example")).Body] = true;
        return [.. names.Keys.Order(StringComparer.Ordinal)];
    }

    private static async Task ApplyAsync(TestBed bed, IPEndPoint one, IPEndPoint other, string check)
    {
        await bed.ApplyServiceAsync("web", one);
        await bed.ApplyAsync($$"""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-2, namespace: default, labels: {kubernetes.io/service-name: web} }
            addressType: IPv4
            endpoints: [{addresses: [{{other.Address}}], conditions: {ready: true} }]
            ports: [{port: {{other.Port.ToString(CultureInfo.InvariantCulture)}} }]
            """);
        await ApplyIngressAsync(bed, $"health-check: \"{check}\"");
    }

    private static Task ApplyIngressAsync(TestBed bed, string annotation) => bed.ApplyAsync($$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: web
          namespace: default
          annotations:
            yarp.ingress.kubernetes.io/{{annotation}}
        spec:
          ingressClassName: yarp
          rules:
          - host: web.example
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } } ] }
        """);
}
