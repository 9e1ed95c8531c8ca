using Microsoft.AspNetCore.Http;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Observability;

/// <summary>How a canary's requests are told apart: as ingress-nginx does, under the route's own Ingress and Service.</summary>
public sealed class CanaryMetricsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_that_a_canary_took_have_its_name()
    {
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync("hello"));
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyServiceAsync("beta", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        await bed.ApplyAsync("""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: beta
              namespace: default
              annotations:
                nginx.ingress.kubernetes.io/canary: "true"
                nginx.ingress.kubernetes.io/canary-by-header: X-Canary
            spec:
              ingressClassName: yarp
              rules:
              - host: web.example
                http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: beta, port: {number: 80} } } } ] }
            """);
        var controller = await bed.StartReadyControllerAsync();
        using var client = Clients.To(controller.HttpPort, new Version(1, 1));
        foreach (var canary in (string[])["always", "never", "always"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://web.example/");
            request.Headers.Add("X-Canary", canary);
            (await client.SendAsync(request, Ct)).Dispose();
        }
        const string Series = """path="/",namespace="default",ingress="web",service="web",canary="{0}",host="web.example"}}""";
        await Wait.UntilAsync(
            async () => Has(await MetricsAsync(), "default-beta-80", 2) && Has(await MetricsAsync(), "", 1), "both series");

        async Task<string> MetricsAsync() => (await bed.AdminAsync(controller, "/metrics")).Body;

        static bool Has(string metrics, string canary, int count) => metrics.Split('\n').Any(line =>
            line.StartsWith("yarp_ingress_controller_requests{", StringComparison.Ordinal)
            && line.EndsWith(Series.Replace("{0}", canary).Replace("}}", "}") + $" {count}", StringComparison.Ordinal));
    }
}
