using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Housekeeping;

/// <summary>Deletes what its owners left behind, and serves the foreground and orphan finalizers.</summary>
internal sealed class GarbageCollector(ApiOperations api)
{
    private static readonly WriteOptions Options = new() { FieldManager = "garbage-collector" };

    /// <summary>The UIDs that a change makes worth a look. Runs under the store's lock.</summary>
    public static IEnumerable<string> Affected(StoreEvent change)
    {
        // A deletion matters to dependents and to owners that wait for them; a new object may name owners that are gone.
        if (change.Type == WatchEventType.Deleted || change.Object.IsDeleting)
            yield return change.Object.Uid;
        if (change.Type == WatchEventType.Deleted)
        {
            foreach (var owner in change.Object.OwnerUids)
                yield return owner;
        }
        else if (change.Object.OwnerUids.Count > 0
            && (change.Previous is not { } previous || !previous.OwnerUids.SequenceEqual(change.Object.OwnerUids)))
        {
            yield return change.Object.Uid;
        }
    }

    public void Process(string uid)
    {
        if (api.Store.FindByUid(uid) is not { } value)
        {
            foreach (var dependent in api.Store.Dependents(uid))
                CheckOwners(dependent);
            return;
        }
        if (value.IsDeleting)
        {
            var finalizers = ObjectMetadata.Of(value.ToJson()).Finalizers;
            if (finalizers.Contains(ObjectDeletion.OrphanFinalizer))
                Orphan(value);
            else if (finalizers.Contains(ObjectDeletion.ForegroundFinalizer))
                DeleteInForeground(value);
        }
        else if (value.OwnerUids.Count > 0)
        {
            CheckOwners(value);
        }
    }

    /// <summary>An object whose owners are all gone goes too; of several, those that are gone are struck off.</summary>
    private void CheckOwners(StoredObject dependent)
    {
        var owners = References(dependent);
        var gone = owners.Where(IsGone).ToList();
        if (gone.Count == 0)
            return;
        if (gone.Count == owners.Count)
            Try(() => api.Delete(dependent.Resource, dependent.Namespace, dependent.Name, new DeleteOptions { Uid = dependent.Uid }));
        else
            Disown(dependent, [.. gone.Select(Uid)]);
    }

    private void Orphan(StoredObject owner)
    {
        foreach (var dependent in api.Store.Dependents(owner.Uid))
            Disown(dependent, [owner.Uid]);
        RemoveFinalizer(owner, ObjectDeletion.OrphanFinalizer);
    }

    private void DeleteInForeground(StoredObject owner)
    {
        var blocked = false;
        foreach (var dependent in api.Store.Dependents(owner.Uid))
        {
            if (!dependent.IsDeleting)
            {
                var policy = api.Store.Dependents(dependent.Uid).Count > 0 ? PropagationPolicy.Foreground : PropagationPolicy.Background;
                Try(() => api.Delete(
                    dependent.Resource, dependent.Namespace, dependent.Name,
                    new DeleteOptions { Uid = dependent.Uid, PropagationPolicy = policy }));
            }
            blocked |= api.Store.FindByUid(dependent.Uid) is not null && Blocks(dependent, owner.Uid);
        }
        if (!blocked)
            RemoveFinalizer(owner, ObjectDeletion.ForegroundFinalizer);
    }

    private void Disown(StoredObject dependent, HashSet<string> owners) => Try(() => api.Modify(
        dependent.Resource,
        dependent.Namespace,
        dependent.Name,
        value =>
        {
            var metadata = ObjectMetadata.Of(value);
            if (metadata.Uid != dependent.Uid)
                return;
            foreach (var reference in metadata.OwnerReferences?.OfType<JsonObject>().Where(r => owners.Contains(Uid(r))).ToList() ?? [])
                metadata.OwnerReferences!.Remove(reference);
        },
        Options));

    private void RemoveFinalizer(StoredObject owner, string finalizer) => Try(() => api.Modify(
        owner.Resource,
        owner.Namespace,
        owner.Name,
        value =>
        {
            var metadata = ObjectMetadata.Of(value);
            if (metadata.Uid == owner.Uid)
                metadata.Finalizers = [.. metadata.Finalizers.Where(f => f != finalizer)];
        },
        Options));

    /// <summary>Whether an owner of a kind that is served here does not exist. Owners of other kinds are nobody's business.</summary>
    private bool IsGone(JsonObject reference) =>
        ResourceCatalog.FindKind(
            reference["apiVersion"].AsString() ?? "", reference["kind"].AsString() ?? "") is not null
        && api.Store.FindByUid(Uid(reference)) is null;

    private static bool Blocks(StoredObject dependent, string owner) =>
        References(dependent).Any(r => Uid(r) == owner && r["blockOwnerDeletion"]?.ToString() == "true");

    private static List<JsonObject> References(StoredObject dependent) =>
        [.. ObjectMetadata.Of(dependent.ToJson()).OwnerReferences?.OfType<JsonObject>() ?? []];

    private static string Uid(JsonObject reference) => reference["uid"].AsString() ?? "";

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (ApiError error) when (error.Code is 404 or 409)
        {
            // Somebody else changed or removed it; that change brings the object back here if there is more to do.
        }
    }
}
