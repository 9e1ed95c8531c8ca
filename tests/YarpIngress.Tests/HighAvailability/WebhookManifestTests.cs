using YarpIngress.LocalCluster;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.Tests.Monitoring;

namespace YarpIngress.Tests.HighAvailability;

/// <summary>
/// The webhook of the plain manifests, installed by the real kubectl: two replicas that share a certificate, and a rollout.
/// </summary>
public sealed class WebhookManifestTests
{
    [Fact]
    public async Task Kubectl_is_told_what_is_wrong_by_whichever_replica_is_there()
    {
        Assert.SkipUnless(Kubectl.IsThere, "There is no kubectl.");
        await using var cluster = await LocalClusterHost.StartAsync(new LocalClusterOptions(), TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl(cluster.KubeconfigPath);
        var artifacts = Directory.CreateDirectory(Path.Combine(MonitoringFiles.Repository, "artifacts"));
        var overlay = artifacts.CreateSubdirectory($"webhook-{Guid.NewGuid():n}");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(overlay.FullName, "kustomization.yaml"),
                """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [../../manifests/nodeport]
                components: [../../manifests/webhook]
                patches:
                - target: {kind: ValidatingWebhookConfiguration}
                  patch: |-
                    - {op: replace, path: /webhooks/0/failurePolicy, value: Fail}
                - target: {kind: Deployment, name: yarp-ingress}
                  patch: |-
                    - {op: add, path: /spec/template/spec/containers/0/args/-, value: --shutdown-grace-period=1s}
                """,
                TestContext.Current.CancellationToken);
            await kubectl.RunAsync("apply", "-k", overlay.FullName);
        }
        finally
        {
            overlay.Delete(recursive: true);
        }

        await RefusedAsync(kubectl);
        await kubectl.RunWithInputAsync(Ingress("web", ""), "apply", "-f", "-");
        await Wait.UntilAsync(() => Ready(cluster).Count == 2, "two ready replicas");
        var before = Ready(cluster).ToHashSet();
        await kubectl.RunAsync("rollout", "restart", "-n", "yarp-ingress", "deployment/yarp-ingress");
        await Wait.UntilAsync(() => Ready(cluster) is { Count: 2 } now && !now.Any(before.Contains), "new replicas");
        await RefusedAsync(kubectl);
        // A second apply leaves alone what the controller wrote.
        Assert.Contains("unchanged", await kubectl.RunWithInputAsync(Ingress("web", ""), "apply", "-f", "-"), StringComparison.Ordinal);
    }

    private static List<string> Ready(LocalClusterHost cluster) =>
        [.. cluster.Api.List(ResourceCatalog.Pods, "yarp-ingress").Items.Select(PodView.Of).Where(pod => pod is { IsReady: true, IsDeleting: false }).Select(pod => pod.Uid)];

    private static Task RefusedAsync(Kubectl kubectl) => Wait.ForAsync(
        async () => (await kubectl.TryWithInputAsync(Ingress("bad", "nginx.ingress.kubernetes.io/canary-weight: many"), "apply", "-f", "-")).Error,
        error => error.Contains(
            "admission webhook \"validate.yarp-ingress.dev\" denied the request: metadata.annotations[", StringComparison.Ordinal),
        "refusal");

    private static string Ingress(string name, string annotations) => $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: {{name}}, namespace: default, annotations: { {{annotations}} } }
        spec:
          ingressClassName: yarp
          rules:
          - host: {{name}}.example
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } } ] }
        """;
}
