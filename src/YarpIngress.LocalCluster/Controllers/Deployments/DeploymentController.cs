using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.Deployments;

/// <summary>Rolls Deployments out through ReplicaSets, by upstream's rules.</summary>
internal sealed class DeploymentController : WorkloadController
{
    private const string Manager = "deployment-controller";
    private const int DefaultHistory = 10;

    public DeploymentController(ClusterObjects objects, ClusterEvents events, ClusterChanges changes, ILogger<DeploymentController> log)
        : base(Manager, ResourceCatalog.Deployments, objects, events, changes, log)
    {
        changes.On(ResourceCatalog.ReplicaSets, SetChanged);
        changes.On(ResourceCatalog.Pods, PodChanged);
    }

    private void SetChanged(StoredObject? before, StoredObject? after)
    {
        foreach (var set in new[] { before, after }.OfType<StoredObject>())
        {
            var controller = OwnerReference.ControllerOf(set.ToJson());
            if (controller.TextAt("kind") == "Deployment")
                Queue.Add(new ObjectKey(set.Namespace, controller.TextAt("name") ?? ""));
            else if (controller is null)
                AddMatching(set);
        }
    }

    /// <summary>A rollout that recreates waits for the last old pod to be gone.</summary>
    private void PodChanged(StoredObject? before, StoredObject? after)
    {
        if (after is not null || Objects.View(before!).ControllerName is not { } setName)
            return;
        if (Objects.Find(ResourceCatalog.ReplicaSets, new ObjectKey(before!.Namespace, setName)) is { } set)
            SetChanged(null, set);
    }

    private void AddMatching(StoredObject set)
    {
        foreach (var deployment in Objects.List(ResourceCatalog.Deployments, set.Namespace))
        {
            if (Selector.Of(deployment.ToJson().ObjectAt("spec", "selector")).Matches(set.Labels))
                Queue.Add(deployment.ObjectKey);
        }
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Objects.Find(ResourceCatalog.Deployments, key) is not { } stored)
            return null;
        if (stored.IsDeleting)
            return WriteStatus(stored, Rollout.Read(Objects, stored));
        Objects.ModifyStatus(Manager, stored, value => DeploymentStatus.SetPaused(value, Objects.Now));
        var rollout = Rollout.Read(Objects, stored);
        Adopt(stored, rollout);
        if (rollout.IsPaused || rollout.IsScaling)
        {
            rollout = SyncRevision(stored, rollout, create: false);
            Scale(stored, rollout);
        }
        else if (!rollout.Limits.IsRolling)
        {
            rollout = Recreate(stored, rollout);
        }
        else
        {
            rollout = SyncRevision(stored, rollout, create: true);
            Roll(stored, rollout);
        }

        rollout = Rollout.Read(Objects, stored);
        if (DeploymentStatus.IsComplete(rollout.Limits, rollout.Newest, rollout.All))
            CleanUp(rollout);
        return WriteStatus(stored, rollout);
    }

    private void Adopt(StoredObject stored, Rollout rollout)
    {
        foreach (var orphan in rollout.Orphans)
            Objects.Modify(Manager, orphan, set => set.Ensure("metadata")["ownerReferences"] = OwnerReference.To(stored));
    }

    /// <summary>Sees to it that the newest template has a set with the highest revision, and that the Deployment says so.</summary>
    private Rollout SyncRevision(StoredObject stored, Rollout rollout, bool create)
    {
        var revision = rollout.Old.Select(set => set.Revision).DefaultIfEmpty(0).Max() + 1;
        if (rollout.Newest is { } newest)
        {
            var minReady = rollout.Deployment.NumberAt("spec", "minReadySeconds") ?? 0;
            Objects.Modify(Manager, newest.Stored, set =>
            {
                DeploymentAnnotations.CopyTo(set, rollout.Deployment, revision, isNew: false);
                if ((set.NumberAt("spec", "minReadySeconds") ?? 0) != minReady)
                    set.Ensure("spec")["minReadySeconds"] = minReady;
            });
            revision = Math.Max(revision, newest.Revision);
            if (Conditions.Find(rollout.Deployment.ObjectAt("status"), "Progressing") is null)
                NoteProgress(stored, "FoundNewReplicaSet", $"Found new replica set \"{newest.Name}\"");
        }
        else if (!create)
        {
            return rollout;
        }
        else
        {
            var created = CreateSet(stored, rollout, revision);
            NoteProgress(stored, "NewReplicaSetCreated", $"Created new replica set \"{created.Name}\"");
        }

        Objects.Modify(Manager, stored, value =>
            value.Ensure("metadata").Ensure("annotations")[DeploymentAnnotations.Revision] = revision.ToString(
                System.Globalization.CultureInfo.InvariantCulture));
        return Rollout.Read(Objects, stored);
    }

    private void NoteProgress(StoredObject stored, string reason, string message) =>
        Objects.ModifyStatus(Manager, stored, value => DeploymentStatus.SetProgress(value, reason, message, Objects.Now));

    private StoredObject CreateSet(StoredObject stored, Rollout rollout, long revision)
    {
        var size = RollingUpdate.NewSize(rollout.Limits, 0, rollout.Old.Sum(set => set.Replicas));
        var collisions = rollout.Deployment.NumberAt("status", "collisionCount") ?? 0;
        var set = NewSet.Of(stored, rollout.Deployment, rollout.Limits, size, revision, collisions);
        try
        {
            var created = Objects.Create(Manager, ResourceCatalog.ReplicaSets, stored.Namespace, set);
            if (size > 0)
                Events.Normal(Manager, stored, "ScalingReplicaSet", $"Scaled up replica set {created.Name} from 0 to {size}");
            return created;
        }
        catch (ApiError error) when (error.Reason == "AlreadyExists")
        {
            // Another template has the same hash: the next one gets another name.
            Objects.ModifyStatus(Manager, stored, value => value.Ensure("status")["collisionCount"] = collisions + 1);
            throw;
        }
    }

    private void Roll(StoredObject stored, Rollout rollout)
    {
        if (rollout.Newest is { } newest)
        {
            var size = RollingUpdate.NewSize(rollout.Limits, newest.Replicas, rollout.All.Sum(set => set.Replicas));
            if (Resize(stored, rollout, newest, size))
                return;
        }

        var old = rollout.Old.Where(set => set.Replicas > 0).OrderBy(set => set.Created, StringComparer.Ordinal).ToList();
        var sizes = RollingUpdate.OldSizes(rollout.Limits, rollout.Newest is null ? null : SizeOf(rollout.Newest), [.. old.Select(SizeOf)]);
        for (var i = 0; i < old.Count; i++)
            Resize(stored, rollout, old[i], sizes[i]);
    }

    private Rollout Recreate(StoredObject stored, Rollout rollout)
    {
        foreach (var set in rollout.Old)
            Resize(stored, rollout, set, 0);
        if (rollout.Old.Any(set => HasPods(set.Stored)))
            return rollout;
        rollout = SyncRevision(stored, rollout, create: true);
        if (rollout.Newest is { } newest)
            Resize(stored, rollout, newest, rollout.Limits.Replicas);
        return rollout;
    }

    private bool HasPods(StoredObject set) =>
        Objects.Dependents(set).Any(pod => pod.Resource == ResourceCatalog.Pods && !Objects.View(pod).IsOver);

    /// <summary>The Deployment was scaled, or is paused: templates stay as they are.</summary>
    private void Scale(StoredObject stored, Rollout rollout)
    {
        var active = rollout.All.Where(set => set.Replicas > 0).ToList();
        var only = active.Count switch
        {
            0 => rollout.Newest ?? rollout.Old.OrderByDescending(set => set.Created, StringComparer.Ordinal).FirstOrDefault(),
            1 => active[0],
            _ => null,
        };
        if (only is not null)
        {
            Resize(stored, rollout, only, rollout.Limits.Replicas);
            return;
        }

        if (rollout.Newest is { } newest && IsSaturated(newest, rollout.Limits.Replicas))
        {
            foreach (var set in rollout.Old)
                Resize(stored, rollout, set, 0);
            return;
        }

        if (!rollout.Limits.IsRolling)
            return;
        var sizes = RollingUpdate.Proportional(rollout.Limits, [.. active.Select(SizeOf)]);
        for (var i = 0; i < active.Count; i++)
            Resize(stored, rollout, active[i], sizes[i]);
    }

    private static bool IsSaturated(OwnedSet set, int replicas) =>
        set.Replicas == replicas && set.Available == replicas
            && DeploymentAnnotations.NumberOf(set.Json, DeploymentAnnotations.DesiredReplicas) == replicas;

    private static SetSize SizeOf(OwnedSet set) =>
        new(set.Replicas, set.Available, DeploymentAnnotations.NumberOf(set.Json, DeploymentAnnotations.MaxReplicas));

    /// <summary>Whether the size changed.</summary>
    private bool Resize(StoredObject stored, Rollout rollout, OwnedSet set, int size)
    {
        Objects.Modify(Manager, set.Stored, value =>
        {
            value.Ensure("spec")["replicas"] = size;
            DeploymentAnnotations.SetSizes(value, rollout.Limits.Replicas, rollout.Limits.MaxTotal);
        });
        if (size == set.Replicas)
            return false;
        var direction = size > set.Replicas ? "up" : "down";
        Events.Normal(Manager, stored, "ScalingReplicaSet", $"Scaled {direction} replica set {set.Name} from {set.Replicas} to {size}");
        return true;
    }

    private void CleanUp(Rollout rollout)
    {
        var limit = rollout.Deployment.NumberAt("spec", "revisionHistoryLimit") ?? DefaultHistory;
        var idle = rollout.Old.Where(set => set is { Replicas: 0, Existing: 0, IsObserved: true } && !set.Stored.IsDeleting)
            .OrderBy(set => set.Revision).ToList();
        foreach (var set in idle.Take(Math.Max(0, rollout.Old.Count - limit)))
            Objects.Delete(set.Stored);
    }

    private TimeSpan? WriteStatus(StoredObject stored, Rollout rollout)
    {
        TimeSpan? again = null;
        Objects.ModifyStatus(
            Manager, stored, value => again = DeploymentStatus.Write(value, rollout.Limits, rollout.Newest, rollout.All, Objects.Now));
        return again;
    }
}
