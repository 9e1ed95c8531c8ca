using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Controllers.Deployments;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.Tests.LocalCluster.Controllers;

public sealed class DeploymentTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly TestNamespace _ns = fixture.NewNamespace();

    [Fact]
    public async Task A_Deployment_makes_pods_through_a_ReplicaSet()
    {
        _ns.Apply(TestNamespace.Deployment("web", 3));
        await CompleteAsync("web", 3);
        var set = Assert.Single(Sets());
        var hash = set.Stored.Labels["pod-template-hash"];
        Assert.Equal($"web-{hash}", set.Name);
        Assert.All(_ns.Pods(), pod => Assert.Equal((hash, set.Stored.Uid), (pod.Labels["pod-template-hash"], pod.ControllerUid)));
        Assert.Equal(1, set.Revision);
        var deployment = _ns.Get(ResourceCatalog.Deployments, "web");
        Assert.Equal("1", deployment.TextAt("metadata", "annotations", "deployment.kubernetes.io/revision"));
        var status = deployment.ObjectAt("status");
        Assert.Equal((3, 3, 3, 3), (status.NumberAt("replicas"), status.NumberAt("updatedReplicas"), status.NumberAt("readyReplicas"), status.NumberAt("availableReplicas")));
        Assert.Equal("MinimumReplicasAvailable", Conditions.Find(status, "Available").TextAt("reason"));
        Assert.Equal("NewReplicaSetAvailable", Conditions.Find(status, "Progressing").TextAt("reason"));
        Assert.Contains(
            _ns.List(ResourceCatalog.Events), value => value.ToJson().TextAt("message") == $"Scaled up replica set web-{hash} from 0 to 3");
    }

    [Fact]
    public async Task Pods_that_vanish_are_replaced()
    {
        _ns.Apply(TestNamespace.Deployment("web", 2));
        await CompleteAsync("web", 2);
        var gone = _ns.Pods()[0];
        _ns.Delete(ResourceCatalog.Pods, gone.Key.Name);
        await Wait.UntilAsync(() => _ns.Pods().Count(pod => pod.IsReady && pod.Uid != gone.Uid) == 2, "a new pod");
    }

    [Fact]
    public async Task Scaling_changes_the_number_of_pods_only()
    {
        _ns.Apply(TestNamespace.Deployment("web", 1));
        await CompleteAsync("web", 1);
        var first = _ns.Pods().Single();
        Scale("web", 4);
        await CompleteAsync("web", 4);
        Assert.Contains(_ns.Pods(), pod => pod.Uid == first.Uid);
        Assert.Equal(1, Sets().Single().Revision);
        Scale("web", 0);
        await Wait.UntilAsync(() => _ns.Pods().Count == 0, "no pods");
    }

    [Fact]
    public async Task A_new_template_is_rolled_out_and_the_old_one_kept_for_a_way_back()
    {
        _ns.Apply(TestNamespace.Deployment("web", 3));
        await CompleteAsync("web", 3);
        var first = Sets().Single();
        SetImage("web", "echo:2");
        await CompleteAsync("web", 3, "echo:2");
        Assert.Equal([(1L, 0), (2L, 3)], Sets().Select(set => (set.Revision, set.Replicas)));

        // A rollback is a new rollout of the old template: its set comes back under a new revision.
        SetImage("web", "echo:1");
        await CompleteAsync("web", 3, "echo:1");
        var back = Sets().Single(set => set.Replicas == 3);
        Assert.Equal((first.Stored.Uid, 3L), (back.Stored.Uid, back.Revision));
        Assert.Equal("1", back.Json.TextAt("metadata", "annotations", DeploymentAnnotations.RevisionHistory));
    }

    [Fact]
    public async Task Only_so_many_old_sets_are_kept()
    {
        _ns.Apply(TestNamespace.Deployment("web", 1, "revisionHistoryLimit: 1"));
        for (var version = 2; version <= 4; version++)
        {
            await CompleteAsync("web", 1, $"echo:{version - 1}");
            SetImage("web", $"echo:{version}");
        }

        await Wait.UntilAsync(() => Sets().Select(set => set.Revision).SequenceEqual([3L, 4L]), "revisions 3 and 4 only");
    }

    [Fact]
    public async Task A_rollout_whose_pods_never_get_ready_keeps_the_old_pods()
    {
        _ns.Apply(
            TestNamespace.Deployment("web", 4, "progressDeadlineSeconds: 1\nstrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}"));
        await CompleteAsync("web", 4);
        _ns.Modify(ResourceCatalog.Deployments, "web", deployment =>
            deployment["spec"]!["template"]!["spec"]!["readinessGates"] = new JsonArray(
                new JsonObject { ["conditionType"] = "example.com/never" }));
        // The deadline is short, and may be over while the rollout still takes its last steps.
        await Wait.UntilAsync(
            () => Conditions.Find(Status("web"), "Progressing").TextAt("reason") == "ProgressDeadlineExceeded"
                && _ns.Pods() is { Count: 5 } pods && pods.Count(pod => pod.IsReady) == 3,
            "a failed rollout with 3 old pods and 2 new ones");
        Assert.True(Conditions.IsTrue(Status("web"), "Available"));
    }

    [Fact]
    public async Task Recreate_ends_all_old_pods_first()
    {
        _ns.Apply(TestNamespace.Deployment("web", 2, "strategy: {type: Recreate}"));
        await CompleteAsync("web", 2);
        var old = _ns.Pods().Select(pod => pod.Uid).ToHashSet();
        SetImage("web", "echo:2");
        await Wait.UntilAsync(() => _ns.Pods().Any(pod => !old.Contains(pod.Uid)), "a new pod");
        Assert.DoesNotContain(_ns.List(ResourceCatalog.Pods), pod => old.Contains(pod.Uid));
        await CompleteAsync("web", 2, "echo:2");
    }

    [Fact]
    public async Task A_paused_Deployment_scales_but_does_not_roll_out()
    {
        _ns.Apply(TestNamespace.Deployment("web", 2));
        await CompleteAsync("web", 2);
        _ns.Modify(ResourceCatalog.Deployments, "web", deployment => deployment["spec"]!["paused"] = true);
        SetImage("web", "echo:2");
        Scale("web", 3);
        await Wait.UntilAsync(() => _ns.Pods().Count(pod => pod.IsReady) == 3, "three pods");
        Assert.Single(Sets());
        await Wait.UntilAsync(
            () => Conditions.Find(Status("web"), "Progressing").TextAt("reason") == "DeploymentPaused", "the condition that says so");
        _ns.Modify(ResourceCatalog.Deployments, "web", deployment => deployment["spec"]!.AsObject().Remove("paused"));
        await CompleteAsync("web", 3, "echo:2");
    }

    [Fact]
    public async Task Pods_must_be_ready_for_a_while_to_be_available()
    {
        _ns.Apply(TestNamespace.Deployment("web", 1, "minReadySeconds: 2") + TestNamespace.Deployment("slow", 1, "minReadySeconds: 300"));
        await Wait.UntilAsync(() => Status("slow").NumberAt("readyReplicas") == 1, "a ready pod");
        Assert.Null(Status("slow").NumberAt("availableReplicas"));
        await CompleteAsync("web", 1);
        Assert.Null(Status("slow").NumberAt("availableReplicas"));
    }

    [Fact]
    public async Task A_bare_ReplicaSet_adopts_and_releases_pods()
    {
        _ns.Apply(TestNamespace.Pod("orphan", labels: "set") + """
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata: {name: set}
            spec:
              replicas: 2
              selector: {matchLabels: {app: set}}
              template:
                metadata: {labels: {app: set}}
                spec: {containers: [{name: echo, image: echo:1}]}
            """);
        await _ns.ReadyPodsAsync(2);
        Assert.All(_ns.Pods(), pod => Assert.Equal("set", pod.ControllerName));
        _ns.Modify(ResourceCatalog.Pods, "orphan", pod => pod["metadata"]!["labels"]!["app"] = "other");
        await Wait.UntilAsync(() => _ns.Pods("set").Count(pod => pod.IsReady) == 2, "a replacement");
        Assert.Null(_ns.Pods("other").Single().ControllerName);
    }

    [Fact]
    public async Task Everything_goes_with_the_Deployment()
    {
        _ns.Apply(TestNamespace.Deployment("web", 2));
        await CompleteAsync("web", 2);
        _ns.Delete(ResourceCatalog.Deployments, "web");
        await Wait.UntilAsync(
            () => _ns.List(ResourceCatalog.ReplicaSets).Count == 0 && _ns.List(ResourceCatalog.Pods).Count == 0, "nothing left");
    }

    private List<OwnedSet> Sets() =>
        [.. _ns.List(ResourceCatalog.ReplicaSets).Select(set => new OwnedSet(set)).OrderBy(set => set.Revision)];

    private JsonObject? Status(string name) => _ns.Get(ResourceCatalog.Deployments, name).ObjectAt("status");

    private void Scale(string name, int replicas) =>
        _ns.Modify(ResourceCatalog.Deployments, name, deployment => deployment["spec"]!["replicas"] = replicas);

    private void SetImage(string name, string image) =>
        _ns.Modify(
            ResourceCatalog.Deployments, name, deployment => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);

    /// <summary>What <c>kubectl rollout status</c> waits for.</summary>
    private Task CompleteAsync(string name, int replicas, string? image = null) => Wait.UntilAsync(
        () =>
        {
            var deployment = _ns.Get(ResourceCatalog.Deployments, name);
            var status = deployment.ObjectAt("status");
            return status.NumberAt("observedGeneration") >= deployment.NumberAt("metadata", "generation")
                && (status.NumberAt("replicas"), status.NumberAt("updatedReplicas"), status.NumberAt("availableReplicas")) == (
                    replicas, replicas, replicas)
                && (image is null
                    || _ns.Pods().All(pod => pod.Source.ToJson().ItemsAt("spec", "containers").Single().TextAt("image") == image));
        },
        $"a complete rollout of {name}");
}
