using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.Tests.Monitoring;
using DeleteOptions = YarpIngress.LocalCluster.Api.DeleteOptions;

namespace YarpIngress.Tests.HighAvailability;

/// <summary>
/// A cluster with the gateway of <c>manifests/nodeport</c>: two pods that are processes of the real controller, behind a node port and
/// a load balancer, and an application of two pods behind it.
/// </summary>
public sealed class GatewayCluster : IAsyncLifetime
{
    public const string Host = "web.example";
    private const string Namespace = "yarp-ingress";
    private const string Name = "yarp-ingress";

    // Long enough for endpoints to be told and for every client of the tests to ask once more.
    private static readonly Dictionary<string, string> Quicker = new()
    {
        ["--shutdown-grace-period=10s"] = "--shutdown-grace-period=3s",
        ["--post-shutdown-grace-period=240s"] = "--post-shutdown-grace-period=60s",
        // Every replica would publish a name of its own, so that a status tells who wrote it.
        ["--publish-service=$(POD_NAMESPACE)/yarp-ingress"] = "--publish-status-address=$(POD_NAME)",
    };

    private LocalClusterHost? _cluster;
    private ApiClient? _api;

    internal LocalClusterHost Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not started.");

    internal ApiClient Api => _api ?? throw new InvalidOperationException("The cluster has not started.");

    internal Uri NodePort => new($"http://{Cluster.Addresses.Node}:30080/");

    internal Uri SecureNodePort => new($"https://{Cluster.Addresses.Node}:30443/");

    internal Uri LoadBalancer { get; private set; } = new("http://127.0.0.1/");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await LocalClusterHost.StartAsync(new LocalClusterOptions(), CancellationToken.None);
        _api = new ApiClient(ClusterConfig.FromKubeconfig(_cluster.KubeconfigPath));
        var directory = Path.Combine(MonitoringFiles.Repository, "manifests", "nodeport");
        foreach (var file in (string[])["namespace.yaml", "yarp-ingress.yaml"])
            foreach (var document in ManifestReader.ReadText(await File.ReadAllTextAsync(Path.Combine(directory, file))))
                Apply(document.Object);
        _cluster.ApplyText($$"""
            apiVersion: v1
            kind: Service
            metadata: {name: public, namespace: {{Namespace}}}
            spec:
              type: LoadBalancer
              selector: {app.kubernetes.io/name: {{Name}}, app.kubernetes.io/component: controller}
              ports: [{name: http, port: 8080, targetPort: http}]
            """);
        _cluster.ApplyText(
            LocalCluster.TestNamespace.Deployment("web", 2)
            + LocalCluster.TestNamespace.Service("web") + Ingress("web", Host, "web"));
        await ReadyAsync();
        LoadBalancer = new Uri($"http://{await BalancerAsync()}:8080/");
        await AnswersAsync(NodePort);
        await AnswersAsync(LoadBalancer);
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    internal static string Ingress(string name, string host, string service) => $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: {{name}}, namespace: default}
        spec:
          ingressClassName: yarp
          rules:
          - host: {{host}}
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: {{service}}, port: {number: 80} } } } ] }
        """;

    /// <summary>The gateway's pods that are not on their way out.</summary>
    internal IReadOnlyList<PodView> Replicas() => [.. Pods().Where(pod => !pod.IsDeleting)];

    /// <summary>All of the gateway's pods.</summary>
    internal IReadOnlyList<PodView> Pods() =>
        [.. Cluster.Api.List(ResourceCatalog.Pods, Namespace).Items.Select(PodView.Of).OrderBy(pod => pod.Key.Name)];

    /// <summary>Waits until two pods are there and ready, and no other.</summary>
    internal Task ReadyAsync() =>
        Wait.UntilAsync(() => Pods() is [{ IsReady: true, IsDeleting: false }, { IsReady: true, IsDeleting: false }], "two ready replicas");

    /// <summary>Replaces all pods of a Deployment as <c>kubectl rollout restart</c> does; does not wait.</summary>
    internal void Restart(string deployment, string @namespace) =>
        Cluster.Api.Modify(ResourceCatalog.Deployments, @namespace, deployment, value =>
            value["spec"]!["template"]!["metadata"]!.AsObject()["annotations"] =
                new JsonObject { ["kubectl.kubernetes.io/restartedAt"] = Guid.NewGuid().ToString() });

    /// <summary>Replaces the gateway's pods and waits until that is done: the old processes have ended by themselves.</summary>
    internal async Task RollGatewayAsync()
    {
        var before = Replicas().Select(pod => pod.Uid).ToHashSet();
        Restart(Name, Namespace);
        await Wait.UntilAsync(() => Replicas().All(pod => !before.Contains(pod.Uid)) && Replicas().Count == 2, "new replicas");
        await ReadyAsync();
    }

    /// <summary>Replaces the application's pods and waits until that is done.</summary>
    internal async Task RollApplicationAsync()
    {
        IReadOnlyList<PodView> Pods() =>
            [.. Cluster.Api.List(ResourceCatalog.Pods, "default").Items.Select(PodView.Of).Where(pod => pod.Labels["app"] == "web")];
        var before = Pods().Select(pod => pod.Uid).ToHashSet();
        Restart("web", "default");
        await Wait.UntilAsync(() => Pods() is { Count: 2 } pods && pods.All(pod => pod.IsReady && !before.Contains(pod.Uid)), "new pods");
    }

    /// <summary>Ends a pod as a node that burns does: SIGKILL, and its object is gone.</summary>
    internal void Kill(string pod)
    {
        var json = Cluster.Api.Get(ResourceCatalog.Pods, Namespace, pod).ToJson();
        var id = json["status"]!["containerStatuses"]![0]!["containerID"]!.GetValue<string>()["process://".Length..];
        using var process = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
        process.Kill();
        Cluster.Api.Delete(ResourceCatalog.Pods, Namespace, pod, DeleteOptions.Now);
    }

    internal void SetConfig(string key, string? value) =>
        Cluster.Api.Modify(ResourceCatalog.ConfigMaps, Namespace, Name, map => map["data"] = new JsonObject { [key] = value });

    /// <summary>The pod that the Lease names.</summary>
    internal string Leader() =>
        Cluster.Api.Find(ResourceCatalog.Leases, Namespace, "yarp-ingress-leader")?.Decode<V1Lease>().Spec?.HolderIdentity ?? "";

    /// <summary>The replicas that say that they lead.</summary>
    internal async Task<string> LeadersAsync()
    {
        var leaders = new List<string>();
        using var http = new HttpClient();
        foreach (var pod in Replicas())
        {
            var metrics = await http.GetStringAsync(new Uri($"http://{pod.PodIP}:10254/metrics"), Ct);
            var status = metrics.Split('\n').Single(line => line.StartsWith(
                "yarp_ingress_controller_leader_election_status", StringComparison.Ordinal));
            if (status.EndsWith(" 1", StringComparison.Ordinal))
                leaders.Add(pod.Key.Name);
        }

        return string.Join(',', leaders);
    }

    internal string StatusOf(string ingress) => TextOf(Cluster.Api.Get(ResourceCatalog.Ingresses, "default", ingress).Decode<V1Ingress>());

    internal static string TextOf(V1Ingress ingress) =>
        string.Join(',', ingress.Status?.LoadBalancer?.Ingress?.Select(address => address.Ip ?? address.Hostname) ?? []);

    /// <summary>Waits until the application answers.</summary>
    internal static async Task AnswersAsync(Uri gateway, string host = Host)
    {
        using var http = new HttpClient();
        await Wait.UntilAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, gateway);
                request.Headers.Host = host;
                try
                {
                    using var answer = await http.SendAsync(request, Ct);
                    return answer.StatusCode == HttpStatusCode.OK;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            $"{gateway} answers for {host}");
    }

    private void Apply(JsonObject value)
    {
        if (ResourceCatalog.FindKind((string)value["apiVersion"]!, (string)value["kind"]!) is null)
            return;
        if ((string)value["kind"]! == "Deployment")
        {
            value["spec"]!["minReadySeconds"] = 0;
            var container = value["spec"]!["template"]!["spec"]!["containers"]![0]!.AsObject();
            container["args"] = new JsonArray(
            [
                .. container["args"]!.AsArray().Select(argument => (string)argument!)
                    .Select(argument => JsonValue.Create(Quicker.GetValueOrDefault(argument, argument))),
                "--election-ttl=8s",
            ]);
        }

        Cluster.ApplyText(value.ToJsonString());
    }

    private async Task<string> BalancerAsync()
    {
        string? Address() => Cluster.Api.Get(ResourceCatalog.Services, Namespace, "public").Decode<V1Service>()
            .Status?.LoadBalancer?.Ingress?.FirstOrDefault()?.Ip;
        await Wait.UntilAsync(() => Address() is not null, "address of the load balancer");
        return Address()!;
    }
}
