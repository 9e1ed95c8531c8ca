using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.Tests.Monitoring;

namespace YarpIngress.Tests.HighAvailability;

/// <summary>
/// The takeover at the same address of docs/migrate-from-ingress-nginx.md, and its rollback, with the real kubectl. In the place of
/// ingress-nginx is a gateway of ours with its class, its labels, its Service and its Lease.
/// </summary>
public sealed class MigrationTests
{
    private const string Nginx = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: ingress-nginx}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: ingress-nginx, namespace: ingress-nginx}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: ingress-nginx}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
        subjects: [{kind: ServiceAccount, name: ingress-nginx, namespace: ingress-nginx}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata: {name: nginx}
        spec: {controller: k8s.io/ingress-nginx}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
        spec:
          type: LoadBalancer
          selector: {app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/instance: ingress-nginx, app.kubernetes.io/component: controller}
          ports: [{name: http, port: 8080, targetPort: http}, {name: https, port: 8443, targetPort: https}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
        spec:
          replicas: 1
          selector: {matchLabels: {app.kubernetes.io/name: ingress-nginx}}
          template:
            metadata:
              labels: {app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/instance: ingress-nginx, app.kubernetes.io/component: controller}
            spec:
              serviceAccountName: ingress-nginx
              containers:
              - name: controller
                image: stand-in/yarp-ingress
                args:
                - --controller-class=k8s.io/ingress-nginx
                - --ingress-class=nginx
                - --election-id=ingress-nginx-leader
                - --publish-service=$(POD_NAMESPACE)/ingress-nginx-controller
                - --shutdown-grace-period=3s
                env:
                - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name} } }
                - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace} } }
                ports: [{name: http, containerPort: 8080}, {name: https, containerPort: 8443}, {name: admin, containerPort: 10254}]
                readinessProbe: {httpGet: {path: /readyz, port: admin} }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_of_the_same_address_are_led_over_and_back_and_lose_no_request()
    {
        Assert.SkipWhen(Kubectl.Default is null, "there is no kubectl");
        await using var cluster = await LocalClusterHost.StartAsync(new LocalClusterOptions(), Ct);
        using var api = new ApiClient(ClusterConfig.FromKubeconfig(cluster.KubeconfigPath));
        using var kubectl = new Kubectl(cluster.KubeconfigPath);
        cluster.ApplyText(Nginx);
        cluster.ApplyText(
            LocalCluster.TestNamespace.Deployment("web", 2) + LocalCluster.TestNamespace.Service("web")
            + GatewayCluster.Ingress("web", GatewayCluster.Host, "web").Replace("ingressClassName: yarp", "ingressClassName: nginx", StringComparison.Ordinal));
        string Status() => GatewayCluster.TextOf(cluster.Api.Get(ResourceCatalog.Ingresses, "default", "web").Decode<V1Ingress>());
        await Wait.UntilAsync(() => Status().StartsWith("127.", StringComparison.Ordinal), "status by ingress-nginx");
        var address = Status();
        var clear = new Uri($"http://{address}:8080/");
        await GatewayCluster.AnswersAsync(clear);
        await using var history = StatusHistory.Follow(api);
        await using var load = SteadyLoad.Start(GatewayCluster.Host, new Uri($"https://{address}:8443/"), clear);
        await load.PassAsync(20);

        await RollOutAsync(kubectl, "ingress-nginx-controller", "patch", "deployment", "ingress-nginx-controller", "--type=json", "-p",
            """[{"op":"add","path":"/spec/template/spec/containers/0/args/-","value":"--update-status=false"}]""");
        await RollOutAsync(
            kubectl, "yarp-ingress", "apply", "-k", Path.Combine(MonitoringFiles.Repository, "examples", "migration", "same-address"));
        await LeadAsync(kubectl, "yarp-ingress");
        await load.PassAsync(20);
        var log = await kubectl.RunAsync("-n", "ingress-nginx", "logs", "deployment/yarp-ingress", "--tail=2");
        Assert.Equal(2, log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        await kubectl.RunAsync("-n", "ingress-nginx", "scale", "deployment", "ingress-nginx-controller", "--replicas=0");
        await Wait.UntilAsync(() => Pods(cluster, "ingress-nginx") == 0, "no ingress-nginx");
        await load.PassAsync(20);

        await RollOutAsync(kubectl, "ingress-nginx-controller", "scale", "deployment", "ingress-nginx-controller", "--replicas=1");
        await LeadAsync(kubectl, "ingress-nginx");
        await load.PassAsync(20);
        await RollOutAsync(kubectl, "ingress-nginx-controller", "rollout", "undo", "deployment/ingress-nginx-controller");
        await load.PassAsync(20);
        await load.EndWithoutFailureAsync();
        Assert.Equal([address], history.Of("web"));
    }

    private static int Pods(LocalClusterHost cluster, string name) => cluster.Api.List(ResourceCatalog.Pods, "ingress-nginx").Items
        .Count(pod => pod.Labels.GetValueOrDefault("app.kubernetes.io/name") == name);

    private static Task LeadAsync(Kubectl kubectl, string name) => kubectl.RunAsync(
        "-n", "ingress-nginx", "patch", "service", "ingress-nginx-controller", "--type=merge", "-p",
        $$$$"""{"spec":{"selector":{"app.kubernetes.io/name":"{{{{name}}}}","app.kubernetes.io/instance":"{{{{name}}}}"}}}""");

    private static async Task RollOutAsync(Kubectl kubectl, string deployment, params string[] change)
    {
        await kubectl.RunAsync(["-n", "ingress-nginx", .. change]);
        await kubectl.RunAsync("-n", "ingress-nginx", "rollout", "status", $"deployment/{deployment}", "--timeout=100s");
    }
}
