using YarpIngress.Kubernetes;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Upstream;

/// <summary>
/// <c>service-upstream</c>: requests go to the Service's own address, whatever its endpoints are; to a headless one they do not.
/// </summary>
public sealed class ServiceUpstreamTests
{
    [Fact]
    public async Task Requests_go_to_the_Service_itself()
    {
        await using var bed = await TestBed.StartAsync();
        await using var front = await Origin.StartAsync("the Service");
        await using var pod = await Origin.StartAsync("a pod");
        await ServiceAsync(bed, "web", "127.0.0.1", front, pod);
        await ServiceAsync(bed, "headless", "None", front, pod);
        await IngressAsync(bed, "web", front.EndPoint.Port, "true");
        await IngressAsync(bed, "headless", front.EndPoint.Port, "true");
        await bed.ApplyAsync("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: global, namespace: default}
            data: {nothing: ''}
            """);
        var controller = await bed.StartReadyControllerAsync(options => options with { ConfigMap = new ObjectKey("default", "global") });
        Task<bool> IsServedByAsync(string host, string name) => Answered(bed.GetAsync(controller, host), name);

        await Wait.UntilAsync(() => IsServedByAsync("web.example", "the Service"), "service-upstream");
        await Wait.UntilAsync(() => IsServedByAsync("headless.example", "a pod"), "the pod of a headless Service");

        // Live, and the other way round by the ConfigMap, which an annotation overrides.
        await IngressAsync(bed, "web", front.EndPoint.Port, "false");
        await Wait.UntilAsync(() => IsServedByAsync("web.example", "a pod"), "endpoints again");
        await bed.ApplyAsync("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: global, namespace: default}
            data: {service-upstream: 'true'}
            """);
        await IngressAsync(bed, "other", front.EndPoint.Port, null, "web");
        await Wait.UntilAsync(() => IsServedByAsync("other.example", "the Service"), "the ConfigMap");
        Assert.True(await IsServedByAsync("web.example", "a pod"));
    }

    private static async Task<bool> Answered(Task<(int Status, string Body)> answer, string name) => (await answer).Body == name;

    private static Task ServiceAsync(TestBed bed, string name, string address, Origin front, Origin pod) => bed.ApplyAsync($$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}, namespace: default}
        spec: {clusterIP: {{address}}, ports: [{port: {{front.EndPoint.Port}} }]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: {{name}}-1, namespace: default, labels: {kubernetes.io/service-name: {{name}} } }
        addressType: IPv4
        endpoints: [{addresses: [127.0.0.1], conditions: {ready: true} }]
        ports: [{port: {{pod.EndPoint.Port}} }]
        """);

    private static Task IngressAsync(TestBed bed, string name, int port, string? value, string? service = null) => bed.ApplyAsync($$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: {{name}}
          namespace: default
          annotations: { {{(value is null ? "" : $"nginx.ingress.kubernetes.io/service-upstream: '{value}'")}} }
        spec:
          ingressClassName: yarp
          rules:
          - host: {{name}}.example
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: {{service ?? name}}, port: {number: {{port}} } } } } ] }
        """);
}
