using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YarpIngress.Controller;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.EndToEnd;
using YarpIngress.Tests.Proxy;
using YarpIngress.Tests.Upstream;

namespace YarpIngress.Tests.Passthrough;

/// <summary><c>ssl-passthrough</c> of real Ingresses: switched on and off, refused, explained, counted, and to a cluster IP.</summary>
public sealed class PassthroughControllerTests(TestCluster cluster)
{
    private const string Own = "pod.internal";
    private const string Annotation = "nginx.ingress.kubernetes.io/ssl-passthrough";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ItIsSwitchedOnAndOffLive()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await StartPodAsync();
        await ApplyHeadlessAsync(bed, pod.EndPoint);
        await bed.ApplyIngressAsync("web", "a.example.com", "web");
        var controller = await bed.StartReadyControllerAsync(options => options with { EnableSslPassthrough = true });
        await UntilAsync(controller, "a.example.com", own: false);

        await ApplyAsync(bed, "switch", "a.example.com", "/other", "true");
        await UntilAsync(controller, "a.example.com", own: true);
        var explanation = await ExplainAsync(bed, controller, "https://a.example.com/some/path");
        Assert.Equal("pod", (string?)explanation["answer"]!["by"]);
        Assert.Contains("TLS is passed through", (string?)explanation["answer"]!["summary"]);
        Assert.Contains("the pod's own", (string?)explanation["certificate"]!["summary"]);
        Assert.Contains(explanation["policies"]!.AsArray(), policy => (string?)policy!["name"] == "ssl-passthrough");
        Assert.DoesNotContain("passed through",
            (string?)(await ExplainAsync(bed, controller, "http://a.example.com/"))["answer"]!["summary"]);

        // A connection is counted when it is over, which the gateway hears of later than the client.
        foreach (var counted in (string[])
            [
                "yarp_ingress_controller_ssl_passthrough_connections_total\\{[^}]*end=\"[a-z_]+\"[^}]*host=\"a.example.com\"[^}]*\\} [1-9]",
                "yarp_ingress_controller_ssl_passthrough_bytes_total\\{[^}]*direction=\"sent\"[^}]*\\} [1-9]",
            ])
            await Wait.ForAsync(async () => (await bed.AdminAsync(controller, "/metrics")).Body, metrics => Regex.IsMatch(metrics, counted), counted);

        await ApplyAsync(bed, "switch", "a.example.com", "/other", "false");
        await UntilAsync(controller, "a.example.com", own: false);
        // Another of the host's Ingresses may ask for it, too; and one that goes takes it with it.
        await ApplyAsync(bed, "web", "a.example.com", "/", "true");
        await UntilAsync(controller, "a.example.com", own: true);
        await bed.Api.DeleteAsync<V1Ingress>("default", "web", Ct);
        await UntilAsync(controller, "a.example.com", own: false);
    }

    [Fact]
    public async Task WithAProtectionOrWithoutTheFlagTlsEndsHere()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await StartPodAsync();
        await ApplyHeadlessAsync(bed, pod.EndPoint);
        await ApplyAsync(bed, "web", "a.example.com", "/", "true");
        var without = await bed.StartReadyControllerAsync(options => options with { DisableLeaderElection = true });
        await UntilAsync(without, "a.example.com", own: false);
        await Wait.UntilAsync(
            async () => (await bed.EventsAsync("Ingress", "web")).Any(one => one.Message?.Contains("--enable-ssl-passthrough") == true),
            "an event names the flag");

        var controller = await bed.StartReadyControllerAsync(options => options with { EnableSslPassthrough = true, PodName = "other" });
        await UntilAsync(controller, "a.example.com", own: true);
        await ApplyAsync(bed, "web", "a.example.com", "/", "true", ("auth-url", "http://127.0.0.1:1/"));
        await UntilAsync(controller, "a.example.com", own: false);
        Assert.Contains(
            (await ExplainAsync(bed, controller, "https://a.example.com/"))["problems"]!.AsArray(),
            problem => ((string?)problem!["message"])!.Contains("the external authentication of path", StringComparison.Ordinal));
        await ApplyAsync(bed, "web", "a.example.com", "/", "true", ("whitelist-source-range", "10.0.0.0/8"));
        await Wait.UntilAsync(async () => await CertificateAsync(controller, "a.example.com") is null, "the address list is kept");
        await ApplyAsync(bed, "web", "a.example.com", "/", "true", ("whitelist-source-range", "127.0.0.0/8"));
        await UntilAsync(controller, "a.example.com", own: true);
    }

    [Fact]
    public async Task AServiceIsReachedByItsClusterIp()
    {
        // The local cluster has a proxy behind each cluster IP, as nodes have.
        var local = cluster.Local;
        await using var pod = await StartPodAsync();
        await using var space = await TestNamespace.CreateAsync(cluster);
        await using var controller = await cluster.StartControllerAsync(
            options => options with { EnableSslPassthrough = true, PodName = "passthrough", DisableLeaderElection = true, UpdateStatus = false });
        var host = space.Host("pass");
        var service = await space.CreateAsync(new V1Service
        {
            Metadata = new() { Name = "web" },
            Spec = new() { Ports = [new() { Name = "http", Port = 80, Protocol = "TCP" }] },
        });
        Assert.NotNull(local);
        Assert.NotNull(service.Spec?.ClusterIP);
        var slice = space.EndpointSlice(
            "web", new V1Endpoint { Addresses = [pod.EndPoint.Address.ToString()], Conditions = new() { Ready = true } });
        slice.Ports = [new() { Name = "http", Port = pod.EndPoint.Port, Protocol = "TCP" }];
        await space.CreateAsync(slice);
        var ingress = space.Ingress(host, ("Prefix", "/", "web"));
        ingress["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotation] = "true" } };
        await space.ApplyAsync<V1Ingress>("web", ingress);
        await UntilAsync(controller, host, own: true);
        // The shared controller has no such flag.
        await UntilAsync(cluster.Controller, host, own: false);
    }

    private static async Task UntilAsync(IngressController controller, string host, bool own) => await Wait.ForAsync(
        () => CertificateAsync(controller, host), name => name is not null && name == Own == own, $"whose certificate {host} has");

    /// <summary>The name in the certificate; null when there is none, since the connection was closed.</summary>
    private static async Task<string?> CertificateAsync(IngressController controller, string host)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, controller.HttpsPort, Ct);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, Ct);
        }
        catch (IOException)
        {
            return null;
        }
        return ((X509Certificate2)tls.RemoteCertificate!).GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }

    private static async Task<JsonNode> ExplainAsync(TestBed bed, IngressController controller, string url) =>
        JsonNode.Parse((await bed.AdminAsync(controller, $"/api/explain?url={url}")).Body)!;

    private static Task<Origin> StartPodAsync() => Origin.StartAsync(_ => Task.CompletedTask, configure: TlsPods.Serve);

    /// <summary>Nobody is behind the cluster IPs of a test bed.</summary>
    private static Task ApplyHeadlessAsync(TestBed bed, IPEndPoint endPoint) => bed.ApplyAsync($$"""
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: default}
        spec: {clusterIP: None, ports: [{port: 80}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web} }
        addressType: IPv4
        endpoints: [{addresses: [{{endPoint.Address}}], conditions: {ready: true} }]
        ports: [{port: {{endPoint.Port}} }]
        """);

    private static Task ApplyAsync(
        TestBed bed, string name, string host, string path, string passthrough, params (string Name, string Value)[] annotations) =>
        bed.ApplyAsync($$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: {{name}}
              namespace: default
              annotations:
                {{Annotation}}: "{{passthrough}}"
            {{string.Concat(annotations.Select(one => $"    nginx.ingress.kubernetes.io/{one.Name}: \"{one.Value}\"\n"))}}
            spec:
              ingressClassName: yarp
              rules:
              - host: {{host}}
                http: {paths: [{path: {{path}}, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } } ] }
            """);
}
