using System.Globalization;
using YarpIngress.Controller;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Options;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.EndToEnd;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Dashboard;

/// <summary>A controller with something of everything that the dashboard shows: good, bad, and much of it.</summary>
internal sealed class DashboardCluster : IAsyncDisposable
{
    /// <summary>Hosts of <see cref="AddManyHostsAsync"/>.</summary>
    public const int ManyHosts = 20_000;

    private const int HostsOfAnIngress = 500;

    private readonly Origin _shop;

    private DashboardCluster(TestBed bed, Origin shop, IngressController controller) => (Bed, _shop, Controller) = (bed, shop, controller);

    public TestBed Bed { get; }

    public IngressController Controller { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<DashboardCluster> StartAsync(Func<ControllerOptions, ControllerOptions>? change = null)
    {
        var bed = await TestBed.StartAsync();
        var shop = await Origin.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/fail" ? 500 : context.Request.Path == "/gone" ? 410 : 200;
            return Task.CompletedTask;
        });
        await bed.ApplyServiceAsync("web", shop.EndPoint);
        await bed.ApplyServiceAsync("api", shop.EndPoint);
        await bed.ApplyAsync(Manifest);
        await ApplyCertificateAsync(bed, "shop-tls", "shop.example.com", "www.shop.example.com");
        return new DashboardCluster(bed, shop, await bed.StartReadyControllerAsync(change));
    }

    /// <summary>Adds 20,000 hosts, <c>app-00000.example.net</c> and so on.</summary>
    public async Task AddManyHostsAsync()
    {
        for (var first = 0; first < ManyHosts; first += HostsOfAnIngress)
        {
            await Bed.Api.CreateAsync(
                new V1Ingress
                {
                    Metadata = new() { Name = $"apps-{first / HostsOfAnIngress}", NamespaceProperty = "default" },
                    Spec = new() { IngressClassName = "yarp", Rules = [.. Enumerable.Range(first, HostsOfAnIngress).Select(Rule)] },
                },
                Ct);
        }
        await Wait.UntilAsync(
            async () => (await Bed.AdminAsync(Controller, "/api/routes?limit=1&q=example.net")).Body.Contains($"\"matches\":{ManyHosts}"),
            "20,000 hosts live");
    }

    /// <summary>Sends requests, of which one in ten fails.</summary>
    public async Task SendAsync(int requests)
    {
        for (var i = 0; i < requests; i++)
            await Bed.GetAsync(Controller, "shop.example.com", i % 10 == 9 ? "/fail" : i % 10 == 4 ? "/gone" : "/");
    }

    /// <summary>Sends a request with an id of its own that gets 503.</summary>
    public async Task SendFailingAsync(string requestId)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{Controller.HttpPort}/");
        request.Headers.Host = "reports.example.com";
        request.Headers.Add("X-Request-ID", requestId);
        using var answer = await client.SendAsync(request, Ct);
        Assert.Equal(503, (int)answer.StatusCode);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Bed.DisposeAsync();
        await _shop.DisposeAsync();
    }

    private static V1IngressRule Rule(int index) => new()
    {
        Host = string.Create(CultureInfo.InvariantCulture, $"app-{index:D5}.example.net"),
        Http = new()
        {
            Paths = [new() { Path = "/", PathType = "Prefix", Backend = new() { Service = new() { Name = "web", Port = new() { Number = 80 } } } }],
        },
    };

    private static async Task ApplyCertificateAsync(TestBed bed, string name, params string[] hosts)
    {
        var certificate = TestCertificate.Create(hosts);
        await bed.ApplyAsync($$"""
            apiVersion: v1
            kind: Secret
            metadata: {name: {{name}}, namespace: default}
            type: kubernetes.io/tls
            stringData:
              tls.crt: |
                {{certificate.CertificatePem.ReplaceLineEndings("\n    ")}}
              tls.key: |
                {{certificate.KeyPem.ReplaceLineEndings("\n    ")}}
            """);
    }

    private const string Manifest = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: shop
          namespace: default
          annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "false"}
        spec:
          ingressClassName: yarp
          tls: [{hosts: [shop.example.com, www.shop.example.com], secretName: shop-tls}]
          rules:
          - host: shop.example.com
            http:
              paths:
              - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
              - {path: /api, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}
              - {path: /cart, pathType: Exact, backend: {service: {name: cart, port: {number: 8080}}}}
          - host: www.shop.example.com
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: blog, namespace: default, annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "false"}}
        spec:
          ingressClassName: yarp
          tls: [{hosts: [blog.example.com], secretName: blog-tls}]
          rules:
          - host: blog.example.com
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: blog-copy, namespace: default}
        spec:
          ingressClassName: yarp
          rules:
          - host: blog.example.com
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: reports, namespace: default}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: reports, namespace: default}
        spec:
          ingressClassName: yarp
          rules:
          - host: reports.example.com
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: reports, port: {number: 80}}}}]}
        """;
}
