using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.Tests.LocalCluster.KubectlCommands;

/// <summary>What people do with kubectl all day, with the real one, against controllers and pods that react.</summary>
public sealed class KubectlWorkloadTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly TestNamespace _ns = fixture.NewNamespace();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Binaries => Kubectl.IsThere ? Kubectl.Binaries : [""];

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task Apply_get_describe_delete(string binary)
    {
        using var kubectl = New(binary);
        var manifest = TestNamespace.Deployment("web", 2) + TestNamespace.Service("web");
        var applied = await kubectl.RunWithInputAsync(manifest, InNamespace("apply", "-f", "-"));
        Assert.Equal(["deployment.apps/web created", "service/web created"], Lines(applied));
        Assert.Equal(
            ["deployment.apps/web unchanged", "service/web unchanged"],
            Lines(await kubectl.RunWithInputAsync(manifest, InNamespace("apply", "-f", "-"))));
        await kubectl.RunAsync(InNamespace("rollout", "status", "deployment/web", "--timeout=90s"));
        await _ns.EndpointsAsync("web", 2);
        // What older ones describe a Service by.
        await Wait.UntilAsync(
            () => _ns.Find(ResourceCatalog.Endpoints, "web")?.ToJson().ItemsAt("subsets").Sum(subset => subset.ItemsAt("addresses").Count()) == 2,
            "two addresses");

        Assert.Matches(@"web +2/2 +2 +2 ", await kubectl.RunAsync(InNamespace("get", "deployment", "web")));
        Assert.Equal(2, Lines(await kubectl.RunAsync(InNamespace("get", "pods", "-l", "app=web", "--field-selector=status.phase=Running", "-o", "name"))).Count);
        var wide = await kubectl.RunAsync(InNamespace("get", "pods", "-o", "wide"));
        Assert.All(_ns.Pods(), pod => Assert.Matches($@"{pod.Key.Name} +1/1 +Running +0 .* {pod.PodIP} +local ", wide));
        var described = await kubectl.RunAsync(InNamespace("describe", "service", "web"));
        Assert.All(_ns.Pods(), pod => Assert.Contains($"{pod.PodIP}:8080", described));
        Assert.Contains("Created pod: web-", await kubectl.RunAsync(InNamespace("describe", "replicaset", "-l", "app=web")));
        Assert.Contains("Scaled up replica set", await kubectl.RunAsync(InNamespace("get", "events")));

        var deleted = await kubectl.RunWithInputAsync(manifest, InNamespace("delete", "-f", "-"));
        Assert.Equal(2, Lines(deleted).Count(line => line.Contains("deleted")));
        await Wait.UntilAsync(
            () => _ns.List(ResourceCatalog.Pods).Count == 0 && _ns.List(ResourceCatalog.EndpointSlices).Count == 0, "nothing left");
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task Scale_and_wait(string binary)
    {
        using var kubectl = New(binary);
        _ns.Apply(TestNamespace.Deployment("web", 1) + TestNamespace.Service("web"));
        await kubectl.RunAsync(InNamespace("wait", "--for=condition=Available", "deployment/web", "--timeout=90s"));
        await kubectl.RunAsync(InNamespace("scale", "deployment/web", "--replicas=3"));
        await kubectl.RunAsync(InNamespace("rollout", "status", "deployment/web", "--timeout=90s"));
        await kubectl.RunAsync(InNamespace("wait", "--for=condition=Ready", "pod", "-l", "app=web", "--timeout=90s"));
        await _ns.EndpointsAsync("web", 3);
        await kubectl.RunAsync(InNamespace("scale", "deployment/web", "--replicas=0", "--current-replicas=3"));
        // Older ones call it an error when there is nothing left to wait for.
        var wait = await kubectl.TryAsync(InNamespace("wait", "--for=delete", "pod", "-l", "app=web", "--timeout=90s"));
        Assert.True(wait.ExitCode == 0 || wait.Error.Contains("no matching resources found"), wait.Error);
        Assert.Empty(_ns.List(ResourceCatalog.Pods));
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task Rollouts_have_a_history_and_a_way_back(string binary)
    {
        using var kubectl = New(binary);
        _ns.Apply(TestNamespace.Deployment("web", 2));
        await kubectl.RunAsync(InNamespace("rollout", "status", "deployment/web", "--timeout=90s"));
        await kubectl.RunAsync(InNamespace("set", "image", "deployment/web", "echo=echo:2"));
        await kubectl.RunAsync(InNamespace("annotate", "deployment/web", "kubernetes.io/change-cause=version 2"));
        await kubectl.RunAsync(InNamespace("rollout", "status", "deployment/web", "--timeout=90s"));
        await Wait.UntilAsync(
            async () => (await kubectl.RunAsync(InNamespace("rollout", "history", "deployment/web")))
                .Contains("2         version 2"), "the cause in the history");
        Assert.Contains("echo:1", await kubectl.RunAsync(InNamespace("rollout", "history", "deployment/web", "--revision=1")));
        await kubectl.RunAsync(InNamespace("rollout", "undo", "deployment/web"));
        await kubectl.RunAsync(InNamespace("rollout", "status", "deployment/web", "--timeout=90s"));
        Assert.Equal(
            "echo:1",
            await kubectl.RunAsync(InNamespace("get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[*].image}")));
        Assert.All(_ns.Pods(), pod => Assert.Equal("echo:1", pod.Source.ToJson().ItemsAt("spec", "containers").Single().TextAt("image")));

        var before = NewestHash();
        await kubectl.RunAsync(InNamespace("rollout", "restart", "deployment/web"));
        await kubectl.RunAsync(InNamespace("rollout", "status", "deployment/web", "--timeout=90s"));
        Assert.NotEqual(before, NewestHash());
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task Edit_and_patch(string binary)
    {
        using var kubectl = New(binary);
        _ns.Apply(TestNamespace.Deployment("web", 1) + TestNamespace.Service("web"));
        kubectl.Environment["KUBE_EDITOR"] = "sed -i 's/replicas: 1/replicas: 2/'";
        Assert.Equal("deployment.apps/web edited", (await kubectl.RunAsync(InNamespace("edit", "deployment", "web"))).Trim());
        await _ns.EndpointsAsync("web", 2);
        await kubectl.RunAsync(InNamespace("patch", "deployment", "web", "-p", """{"spec":{"template":{"spec":{"containers":[{"name":"echo","image":"echo:9"}]}}}}"""));
        await kubectl.RunAsync(InNamespace("rollout", "status", "deployment/web", "--timeout=90s"));
        var container = _ns.Get(ResourceCatalog.Deployments, "web").ItemsAt("spec", "template", "spec", "containers").Single();
        Assert.Equal(("echo:9", 8080), (container.TextAt("image"), container.ItemsAt("ports").Single().NumberAt("containerPort")));
        await kubectl.RunAsync(InNamespace("patch", "service", "web", "--type=json", "-p", """[{"op":"replace","path":"/spec/ports/0/targetPort","value":9000}]"""));
        await Wait.UntilAsync(
            () => _ns.Slices("web").Any(slice => slice.Ports!.Any(port => port.Port == 9000)), "the new port in the slice");
        await kubectl.RunAsync(InNamespace("patch", "service", "web", "--type=merge", "-p", """{"spec":{"type":"LoadBalancer"}}"""));
        await Wait.UntilAsync(
            async () => (await kubectl.RunAsync(InNamespace("get", "service", "web"))).Contains(" LoadBalancer ")
                && _ns.Get(ResourceCatalog.Services, "web").ItemsAt("status", "loadBalancer", "ingress").Any(),
            "an address");
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task Watch_shows_pods_come_and_go(string binary)
    {
        using var kubectl = New(binary);
        _ns.Apply(TestNamespace.Pod("first"));
        await _ns.ReadyPodsAsync(1);
        using var watch = kubectl.Start(InNamespace("get", "pods", "-w"));
        try
        {
            Assert.StartsWith("NAME", await watch.StandardOutput.ReadLineAsync(Cancel));
            Assert.StartsWith("first ", await watch.StandardOutput.ReadLineAsync(Cancel));
            _ns.Apply(TestNamespace.Pod("second"));
            await ReadUntilAsync(watch.StandardOutput, "second ", " 0/1 ", "Pending");
            await ReadUntilAsync(watch.StandardOutput, "second ", " 1/1 ", "Running");
            _ns.Delete(ResourceCatalog.Pods, "second");
            await ReadUntilAsync(watch.StandardOutput, "second ", " 1/1 ", "Terminating");
        }
        finally
        {
            watch.Kill();
        }
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task Create_secret_tls_and_expose(string binary)
    {
        using var kubectl = New(binary);
        var files = Directory.CreateTempSubdirectory("tls-");
        try
        {
            var (certificate, key) = (Path.Combine(files.FullName, "tls.crt"), Path.Combine(files.FullName, "tls.key"));
            using (var pair = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256))
            {
                var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
                    "CN=shop", pair, System.Security.Cryptography.HashAlgorithmName.SHA256);
                using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
                await File.WriteAllTextAsync(certificate, made.ExportCertificatePem(), Cancel);
                await File.WriteAllTextAsync(key, pair.ExportPkcs8PrivateKeyPem(), Cancel);
            }

            await kubectl.RunAsync(InNamespace("create", "secret", "tls", "shop", $"--cert={certificate}", $"--key={key}"));
        }
        finally
        {
            files.Delete(recursive: true);
        }

        Assert.Equal("kubernetes.io/tls", _ns.Get(ResourceCatalog.Secrets, "shop").TextAt("type"));
        await kubectl.RunAsync(InNamespace("create", "deployment", "web", "--image=echo:1"));
        await kubectl.RunAsync(InNamespace("expose", "deployment", "web", "--port=80", "--target-port=3000", "--type=NodePort"));
        await _ns.EndpointsAsync("web", 1);
        var port = await kubectl.RunAsync(InNamespace("get", "service", "web", "-o", "jsonpath={.spec.ports[0].nodePort}"));
        await Wait.UntilAsync(() => Http.IsAnsweredAsync($"http://{fixture.Cluster.Addresses.Node}:{port}/"), "an answer on the node port");
        Assert.Equal("web", (await Http.GetAsync($"http://{fixture.Cluster.Addresses.Node}:{port}/")).TextAt("service"));
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task A_deleted_pod_is_waited_for(string binary)
    {
        using var kubectl = New(binary);
        _ns.Apply(TestNamespace.Pod("slow") + TestNamespace.Pod("fast"));
        await _ns.ReadyPodsAsync(2);
        await kubectl.RunAsync(InNamespace("delete", "pod", "slow"));
        Assert.Null(_ns.Find(ResourceCatalog.Pods, "slow"));
        await kubectl.RunAsync(InNamespace("delete", "pod", "fast", "--force", "--grace-period=0"));
        await Wait.UntilAsync(() => _ns.Find(ResourceCatalog.Pods, "fast") is null, "the pod's end");
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task A_namespace_goes_with_all_that_runs_in_it(string binary)
    {
        using var kubectl = New(binary);
        _ns.Apply(TestNamespace.Deployment("web", 2) + TestNamespace.Service("web"));
        await _ns.EndpointsAsync("web", 2);
        await kubectl.RunAsync("delete", "namespace", _ns.Name, "--timeout=90s");
        Assert.Empty(_ns.List(ResourceCatalog.Pods));
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task Nodes_and_service_accounts_are_there(string binary)
    {
        using var kubectl = New(binary);
        Assert.Matches("local +Ready ", await kubectl.RunAsync("get", "nodes"));
        Assert.Contains(fixture.Cluster.Addresses.Node.ToString(), await kubectl.RunAsync("describe", "node", "local"));
        await Wait.UntilAsync(() => _ns.Find(ResourceCatalog.ServiceAccounts, "default") is not null, "a service account");
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task What_pods_of_a_local_cluster_can_not_do_is_said(string binary)
    {
        using var kubectl = New(binary);
        _ns.Apply(TestNamespace.Deployment("web", 1));
        var pod = (await _ns.ReadyPodsAsync(1))[0].Key.Name;
        Assert.Contains("is not a container", (await kubectl.TryAsync("exec", "-n", _ns.Name, pod, "--", "ls")).Error,
            StringComparison.Ordinal);
        Assert.Contains("is not a container", (await kubectl.TryAsync(InNamespace("attach", pod))).Error, StringComparison.Ordinal);
        Assert.Contains(
            "its address in status.podIP", (await kubectl.TryAsync(InNamespace("port-forward", pod, ":8080"))).Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task DaemonSets_are_rolled_out_and_restarted(string binary)
    {
        using var kubectl = New(binary);
        const string manifest = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent}
            spec:
              selector: {matchLabels: {app: agent}}
              template:
                metadata: {labels: {app: agent}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: echo, image: "echo:1", ports: [{containerPort: 8080}]}]
            """;
        Assert.Equal(["daemonset.apps/agent created"], Lines(await kubectl.RunWithInputAsync(manifest, InNamespace("apply", "-f", "-"))));
        Assert.Equal(["daemonset.apps/agent unchanged"], Lines(await kubectl.RunWithInputAsync(manifest, InNamespace("apply", "-f", "-"))));
        await kubectl.RunAsync(InNamespace("rollout", "status", "daemonset/agent", "--timeout=90s"));
        Assert.Matches(@"agent +1 +1 +1 +1 +1 +<none> ", await kubectl.RunAsync(InNamespace("get", "ds")));
        var before = Assert.Single(_ns.Pods()).Uid;
        await kubectl.RunAsync(InNamespace("set", "image", "daemonset/agent", "echo=echo:2"));
        await kubectl.RunAsync(InNamespace("rollout", "status", "daemonset/agent", "--timeout=90s"));
        Assert.NotEqual(before, Assert.Single(_ns.Pods()).Uid);
        Assert.Contains("Created pod: agent-", await kubectl.RunAsync(InNamespace("describe", "daemonset", "agent")),
            StringComparison.Ordinal);
    }

    private Kubectl New(string binary)
    {
        Assert.SkipUnless(Kubectl.IsThere, "kubectl is not here");
        return new Kubectl(fixture.Cluster.KubeconfigPath, binary);
    }

    private string[] InNamespace(params string[] arguments) => [.. arguments, "-n", _ns.Name];

    private static List<string> Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private string NewestHash() => _ns.List(ResourceCatalog.ReplicaSets)
        .Select(set => set.ToJson())
        .Single(set => set.NumberAt("spec", "replicas") > 0)
        .TextAt("metadata", "labels", "pod-template-hash")!;

    private static async Task ReadUntilAsync(StreamReader output, params string[] parts)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(Wait.Deadline);
        var seen = new JsonArray();
        try
        {
            while (await output.ReadLineAsync(deadline.Token) is { } line)
            {
                seen.Add((JsonNode)line);
                if (parts.All(line.Contains))
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // Told below with what was seen.
        }

        Assert.Fail($"no line with {string.Join(" and ", parts)} in {seen.ToJsonString()}");
    }
}
