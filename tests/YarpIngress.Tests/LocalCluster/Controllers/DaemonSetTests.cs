using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.Tests.LocalCluster.Controllers;

public sealed class DaemonSetTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly TestNamespace _ns = fixture.NewNamespace();

    public static TheoryData<string> Binaries => Kubectl.IsThere ? Kubectl.Binaries : [""];

    [Fact]
    public async Task Each_node_that_the_template_selects_has_a_pod()
    {
        _ns.Apply(DaemonSet("agent", podSpec: "nodeSelector: {disk: fast}"));
        await Wait.UntilAsync(() => Status("agent").NumberAt("observedGeneration") == 1, "a status");
        Assert.Equal(0, Status("agent").NumberAt("desiredNumberScheduled"));
        await OnNodeAsync(node => node["metadata"]!["labels"]!["disk"] = "fast", async () =>
        {
            await AvailableAsync("agent");
            var pod = Assert.Single(_ns.Pods());
            Assert.Equal(("local", "DaemonSet", "agent"), (pod.NodeName, pod.ControllerKind, pod.ControllerName));
            Assert.Contains(
                _ns.List(ResourceCatalog.Events), value => value.ToJson().TextAt("message") == $"Created pod: {pod.Key.Name}");
            // A pod that vanishes is replaced.
            _ns.Delete(ResourceCatalog.Pods, pod.Key.Name);
            await Wait.UntilAsync(() => _ns.Pods() is [var next] && next.Uid != pod.Uid && next.IsReady, "another pod");
        });
        await Wait.UntilAsync(() => _ns.List(ResourceCatalog.Pods).Count == 0, "no pod on a node that is not selected any more");
        await Wait.UntilAsync(() => Status("agent").NumberAt("desiredNumberScheduled") == 0, "the status that says so");
    }

    [Fact]
    public Task A_taint_keeps_pods_away_that_do_not_tolerate_it() => OnNodeAsync(
        node => node["spec"]!["taints"] = new JsonArray(new JsonObject { ["key"] = "edge", ["value"] = "yes", ["effect"] = "NoSchedule" }),
        async () =>
        {
            _ns.Apply(
                DaemonSet("kept", podSpec: "tolerations: [{key: edge, value: other}]") + "---\n"
                + DaemonSet("by-value", podSpec: "tolerations: [{key: edge, value: \"yes\"}]") + "---\n"
                + DaemonSet("by-key", podSpec: "tolerations: [{key: edge, operator: Exists, effect: NoSchedule}]") + "---\n"
                + DaemonSet("by-all", podSpec: "tolerations: [{operator: Exists}]"));
            foreach (var name in (string[])["by-value", "by-key", "by-all"])
                await AvailableAsync(name);
            await Wait.UntilAsync(() => Status("kept").NumberAt("observedGeneration") == 1, "a status");
            Assert.Equal(0, Status("kept").NumberAt("desiredNumberScheduled"));
            Assert.Empty(_ns.Pods("kept"));
        });

    [Fact]
    public async Task A_new_template_waits_for_the_old_pod_to_be_gone()
    {
        _ns.Apply(DaemonSet("agent"));
        await AvailableAsync("agent");
        var old = Assert.Single(_ns.Pods());
        SetImage("agent", "echo:2");
        await Wait.UntilAsync(
            () =>
            {
                var all = _ns.List(ResourceCatalog.Pods).Select(PodView.Of).ToList();
                Assert.True(all.Count <= 1, "a new pod beside the old one");
                return all is [{ IsReady: true, IsDeleting: false } pod] && pod.Uid != old.Uid;
            },
            "the new pod");
        await AvailableAsync("agent");
        Assert.Equal(1, Status("agent").NumberAt("updatedNumberScheduled"));
        Assert.Equal("echo:2", Image(Assert.Single(_ns.Pods())));
    }

    [Fact]
    public async Task With_a_surge_the_new_pod_is_ready_before_the_old_one_goes()
    {
        _ns.Apply(DaemonSet("agent", "updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}"));
        await AvailableAsync("agent");
        SetImage("agent", "echo:2");
        await Wait.UntilAsync(
            () =>
            {
                Assert.Contains(_ns.Pods(), pod => pod.IsReady);
                return _ns.Pods() is [var pod] && pod.IsReady && Image(pod) == "echo:2";
            },
            "the new pod alone");
    }

    [Fact]
    public async Task On_delete_means_that_pods_stay_until_somebody_deletes_them()
    {
        _ns.Apply(DaemonSet("agent", "updateStrategy: {type: OnDelete}"));
        await AvailableAsync("agent");
        SetImage("agent", "echo:2");
        await Wait.UntilAsync(() => Status("agent").NumberAt("observedGeneration") == 2, "the change is seen");
        var old = Assert.Single(_ns.Pods());
        Assert.Equal(("echo:1", (int?)null), (Image(old), Status("agent").NumberAt("updatedNumberScheduled")));
        _ns.Delete(ResourceCatalog.Pods, old.Key.Name);
        await Wait.UntilAsync(() => _ns.Pods() is [var pod] && Image(pod) == "echo:2", "the new pod");
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task Kubectl_tells_its_history_and_goes_back_in_it(string binary)
    {
        Assert.SkipWhen(binary.Length == 0, "there is no kubectl");
        using var kubectl = new Kubectl(_ns.Cluster.KubeconfigPath, binary);
        Task<string> Rollout(params string[] arguments) => kubectl.RunAsync(["-n", _ns.Name, "rollout", .. arguments, "daemonset/agent"]);
        _ns.Apply(DaemonSet("agent", "revisionHistoryLimit: 1"));
        await AvailableAsync("agent");
        SetImage("agent", "echo:2");
        await AvailableAsync("agent");
        Assert.Equal(["1", "2"], Revisions(await Rollout("history")));
        Assert.Contains("echo:1", await Rollout("history", "--revision=1"));

        await Rollout("undo");
        await Rollout("status", "--timeout=90s");
        Assert.Equal("echo:1", Image(Assert.Single(_ns.Pods())));
        Assert.Equal(["2", "3"], Revisions(await Rollout("history")));
        // One former template is kept.
        SetImage("agent", "echo:3");
        await AvailableAsync("agent");
        await Wait.UntilAsync(() => _ns.List(ResourceCatalog.ControllerRevisions).Count == 2, "the oldest is forgotten");
        Assert.Equal(["3", "4"], Revisions(await Rollout("history")));
        Assert.Matches("daemonset.apps/agent +4 ", await kubectl.RunAsync("-n", _ns.Name, "get", "controllerrevisions"));
        _ns.Delete(ResourceCatalog.DaemonSets, "agent");
        await Wait.UntilAsync(() => _ns.List(ResourceCatalog.ControllerRevisions).Count == 0, "no revisions");
    }

    private static List<string> Revisions(string history) =>
        [.. history.Split('\n').Where(line => line.Length > 0 && char.IsAsciiDigit(line[0])).Select(line => line.Split(' ')[0])];

    [Fact]
    public async Task Its_pods_go_with_it()
    {
        _ns.Apply(DaemonSet("agent"));
        await AvailableAsync("agent");
        _ns.Delete(ResourceCatalog.DaemonSets, "agent");
        await Wait.UntilAsync(() => _ns.List(ResourceCatalog.Pods).Count == 0, "no pods");
    }

    [Theory]
    [InlineData("updateStrategy: {rollingUpdate: {maxUnavailable: 0}}", "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0")]
    [InlineData("updateStrategy: {rollingUpdate: {maxUnavailable: 1, maxSurge: 1}}", "may not be set when maxUnavailable is non-zero")]
    [InlineData("updateStrategy: {type: Recreate}", "spec.updateStrategy.type: Unsupported value: \"Recreate\": supported values: \"OnDelete\", \"RollingUpdate\"")]
    public void Strategies_that_are_none_are_refused(string spec, string message) =>
        Assert.Contains(message, Assert.ThrowsAny<Exception>(() => _ns.Apply(DaemonSet("agent", spec))).Message, StringComparison.Ordinal);

    private static string DaemonSet(string name, string spec = "minReadySeconds: 0", string podSpec = "enableServiceLinks: false") => $$"""
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: {{name}}}
        spec:
          {{spec}}
          selector: {matchLabels: {app: {{name}} } }
          template:
            metadata: {labels: {app: {{name}} } }
            spec:
              {{podSpec}}
              terminationGracePeriodSeconds: 1
              containers: [{name: echo, image: "echo:1", ports: [{name: http, containerPort: 8080}]}]

        """;

    private JsonObject? Status(string name) => _ns.Get(ResourceCatalog.DaemonSets, name).ObjectAt("status");

    private Task AvailableAsync(string name) => Wait.UntilAsync(
        () => Status(name) is var status && status.NumberAt("numberAvailable") == 1 && status.NumberAt("updatedNumberScheduled") == 1
            && status.NumberAt("observedGeneration") == _ns.Get(ResourceCatalog.DaemonSets, name).NumberAt("metadata", "generation"),
        $"a pod of {name}");

    private void SetImage(string name, string image) => _ns.Modify(
        ResourceCatalog.DaemonSets, name, value => value["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);

    private static string? Image(PodView pod) => pod.Source.ToJson().ItemsAt("spec", "containers").Single().TextAt("image");

    // The node is shared by the tests of this class, which run one after the other.
    private async Task OnNodeAsync(Action<JsonObject> change, Func<Task> test)
    {
        var before = _ns.Api.Get(ResourceCatalog.Nodes, null, "local").ToJson();
        _ns.Api.Modify(ResourceCatalog.Nodes, null, "local", change);
        try
        {
            await test();
        }
        finally
        {
            _ns.Api.Modify(ResourceCatalog.Nodes, null, "local", node =>
            {
                node["metadata"]!["labels"] = before["metadata"]!["labels"]!.DeepClone();
                node["spec"] = before["spec"]!.DeepClone();
            });
        }
    }
}
