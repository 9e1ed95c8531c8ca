using System.Net;
using YarpIngress.Chart.Tests.Values;
using YarpIngress.LocalCluster;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.Tests;

namespace YarpIngress.Chart.Tests;

/// <summary>
/// The chart's Roles are enough: its pod runs with the token of its ServiceAccount against an API server that enforces them, and
/// reads, serves and writes all that its values ask for without being refused once.
/// </summary>
public sealed class ClusterRightsTests
{
    private const string Common = """
        controller:
          replicaCount: 1
          minReadySeconds: 0
          shutdownGracePeriod: 0
          proxySetHeaders: {X-From: edge}
          config: {global-allowed-response-headers: X-Seen, bogus-key: "1"}
        tcp: {"5432": "NAMESPACE/web:80"}
        udp: {"5353": "NAMESPACE/web:53"}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Name, values beside those of all, the namespace of the Ingresses, and whether nothing at all may be refused.</summary>
    public static TheoryData<string, string, string, bool> Installations => new()
    {
        { "cluster", "controller: {service: {type: NodePort}, enableTopologyAwareRouting: true}", "apps", true },
        { "webhook", "controller: {admissionWebhooks: {enabled: true}, publishService: {enabled: false}}", "apps", true },
        { "selector", "controller: {scope: {namespaceSelector: team=web}}", "apps", true },
        // IngressClasses are a matter of the whole cluster: asked for once, and gone on without.
        { "namespaced", ChartFiles.Profile("namespaced"), "edge", false },
        { "other-namespace", TestValues.OtherNamespace, "apps", false },
    };

    [Theory]
    [MemberData(nameof(Installations))]
    public async Task The_controller_is_never_refused(string name, string values, string space, bool isAllowedAll)
    {
        await using var cluster = await LocalClusterHost.StartAsync(new LocalClusterOptions(), Ct);
        cluster.ApplyText("{apiVersion: v1, kind: Namespace, metadata: {name: edge}}");
        cluster.ApplyText("{apiVersion: v1, kind: Namespace, metadata: {name: apps, labels: {team: web}}}");
        var merged = ChartValues.Merge(
            ChartValues.Read(Common.Replace("NAMESPACE", space, StringComparison.Ordinal)), ChartValues.Read(values));
        var chart = RenderedChart.With(merged.ToJsonString(), "edge", "edge");
        foreach (var item in chart.Objects.Where(item => !item.IsTest && ResourceCatalog.FindKind(item.ApiVersion, item.Kind) is not null))
            cluster.ApplyText(item.Text);
        cluster.ApplyText(Application(space));

        try
        {
            await CheckAsync(cluster, space, isAllowedAll);
        }
        finally
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {Log(cluster)}");
        }
    }

    private static async Task CheckAsync(LocalClusterHost cluster, string space, bool isAllowedAll)
    {
        await Wait.UntilAsync(() => Gateway(cluster) is { IsReady: true, PodIP: not null }, "a ready gateway");
        var pod = Gateway(cluster)!;
        await UseAsync(cluster, pod, space);
        var refused = (await MetricsAsync(pod)).Where(line => line.StartsWith("yarp_ingress_controller_api_errors_total", StringComparison.Ordinal)
            && line.Contains("code=\"403\"", StringComparison.Ordinal)).ToList();
        var log = Log(cluster);
        if (isAllowedAll)
        {
            Assert.True(refused.Count == 0, string.Join('\n', refused) + log);
            Assert.DoesNotContain("orbidden", log, StringComparison.Ordinal);
            return;
        }

        // Once, and again after half a minute and later: a busy machine may take so long.
        Assert.True(refused is [var only] && only.Contains("verb=\"list\"", StringComparison.Ordinal)
            && only[^2..] is " 1" or " 2" or " 3", string.Join('\n', refused) + log);
        var line = Assert.Single(log.Split('\n'), line => line.Contains("orbidden", StringComparison.Ordinal));
        Assert.Contains("May not read ingressclasses, going on without", line, StringComparison.Ordinal);
        Assert.DoesNotContain(await MetricsAsync(pod), line => line.StartsWith("yarp_ingress_controller_api_up", StringComparison.Ordinal)
            && line.EndsWith(" 0", StringComparison.Ordinal));
    }

    /// <summary>Everything that takes a right: a route, a login by Secret, a ConfigMap, TCP and UDP, status, Events, the Lease.</summary>
    private static async Task UseAsync(LocalClusterHost cluster, PodView pod, string space)
    {
        var site = new Uri($"http://{pod.PodIP}:8080/");
        await AnswersAsync(site, "open.example", HttpStatusCode.OK);
        await AnswersAsync(site, "login.example", HttpStatusCode.Unauthorized);
        await Wait.UntilAsync(() => Status(cluster, space).Length > 0, "an address in the status");
        Assert.Equal(pod.Key.Name, Holder(cluster));
        await Wait.UntilAsync(() => Events(cluster, space).Contains("ServiceNotFound"), "an Event on the Ingress");
        await Wait.UntilAsync(() => Events(cluster, "edge").Contains("UnknownSetting"), "an Event on the settings");
        // A change of each that is named is followed.
        cluster.Api.Modify(ResourceCatalog.Secrets, space, "users", secret => secret["data"]!["auth"] = "");
        await AnswersAsync(site, "login.example", HttpStatusCode.ServiceUnavailable);
        await Wait.UntilAsync(() => ConnectsAsync(pod.PodIP!, 5432), "an open TCP port");
    }

    private static string Application(string space) => $$"""
        {apiVersion: v1, kind: Secret, metadata: {name: users, namespace: {{space}} }, stringData: {auth: "ada:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="} }
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: headers, namespace: {{space}} }, data: {X-Seen: "yes"} }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: {{space}} }
        spec:
          selector: {matchLabels: {app: web} }
          template:
            metadata: {labels: {app: web} }
            spec: {containers: [{name: web, image: any, ports: [{containerPort: 3000}, {containerPort: 3053, protocol: UDP}]}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: {{space}} }
        spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 3000}, {name: dns, port: 53, targetPort: 3053, protocol: UDP}]}
        ---
        {{Ingress(space, "open", "web", "")}}
        ---
        {{Ingress(space, "login", "web", "nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: users, nginx.ingress.kubernetes.io/custom-headers: headers")}}
        ---
        {{Ingress(space, "broken", "nothing", "")}}
        """;

    private static string Ingress(string space, string name, string service, string annotations) => $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: {{name}}, namespace: {{space}}, annotations: { {{annotations}} } }
        spec:
          ingressClassName: yarp
          rules: [{host: {{name}}.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: {{service}}, port: {number: 80} } } }]} }]
        """;

    private static PodView? Gateway(LocalClusterHost cluster) => cluster.Api.List(ResourceCatalog.Pods, "edge").Items
        .Where(pod => pod.Labels.GetValueOrDefault("app.kubernetes.io/component") == "controller").Select(PodView.Of).FirstOrDefault();

    private static string Log(LocalClusterHost cluster) =>
        Gateway(cluster) is { } pod && cluster.Api.LogFileOf?.Invoke(pod.Key) is { } file && File.Exists(file) ? ReadShared(file) : "no log";

    private static string ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private static string Status(LocalClusterHost cluster, string space) => string.Join(
        ',', cluster.Api.Get(ResourceCatalog.Ingresses, space, "open").ToJson().ItemsAt("status", "loadBalancer", "ingress")
            .Select(address => address.TextAt("ip") ?? address.TextAt("hostname")));

    private static string? Holder(LocalClusterHost cluster) =>
        Assert.Single(cluster.Api.List(ResourceCatalog.Leases, "edge").Items).ToJson().TextAt("spec", "holderIdentity");

    private static List<string> Events(LocalClusterHost cluster, string space) =>
        [.. cluster.Api.List(ResourceCatalog.Events, space).Items.Select(item => item.ToJson().TextAt("reason") ?? "")];

    private static async Task AnswersAsync(Uri site, string host, HttpStatusCode status)
    {
        using var http = new HttpClient();
        await Wait.ForAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, site) { Headers = { Host = host } };
                using var answer = await http.SendAsync(request, Ct);
                return answer.StatusCode;
            },
            seen => seen == status, $"{(int)status} for {host}");
    }

    private static async Task<bool> ConnectsAsync(string address, int port)
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(address), port, Ct);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static async Task<string[]> MetricsAsync(PodView pod)
    {
        using var http = new HttpClient();
        return (await http.GetStringAsync(new Uri($"http://{pod.PodIP}:10254/metrics"), Ct)).Split('\n');
    }
}
