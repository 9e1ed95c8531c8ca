using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Admission;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Deletes: at once, or marked with a deletionTimestamp until finalizers and grace period are over.</summary>
internal static class ObjectDeletion
{
    public const string ForegroundFinalizer = "foregroundDeletion";
    public const string OrphanFinalizer = "orphan";

    public static DeleteResult Delete(ApiState state, ResourceInfo resource, string? namespaceName, string name, DeleteOptions options)
    {
        var storage = resource.Storage;
        NamespaceRules.CheckDelete(storage, name);
        while (true)
        {
            var current = state.Store.Find(storage, StoredObject.KeyOf(namespaceName, name)) ?? throw ApiError.NotFound(resource, name);
            CheckPreconditions(resource, current, options);
            options.Admission?.Invoke(
                new AdmissionCall("DELETE", resource, namespaceName, name, null, null, current.ToJson(), options.DryRun));
            if (Attempt(state, storage, current, options) is { } result)
                return result;
        }
    }

    private static DeleteResult? Attempt(ApiState state, ResourceInfo storage, StoredObject current, DeleteOptions options)
    {
        var value = current.ToJson();
        var metadata = ObjectMetadata.Of(value);
        SetFinalizers(metadata, options.PropagationPolicy);
        var grace = Grace(storage, value, metadata, options);
        if (metadata.Finalizers.Count == 0 && grace == 0 && storage != ResourceCatalog.Namespaces)
        {
            if (options.DryRun)
                return new DeleteResult(current, Gone: true);
            return state.Store.Remove(current, value) is { } gone ? new DeleteResult(gone, Gone: true) : null;
        }
        if (!Mark(state, storage, value, metadata, grace))
            return new DeleteResult(current, Gone: false);
        if (options.DryRun)
            return new DeleteResult(StoredObject.Freeze(storage, value, current.Revision), Gone: false);
        return state.Store.Replace(current, value) is { } marked ? new DeleteResult(marked, Gone: false) : null;
    }

    /// <summary>Sets what shows that the object is on its way out; false when it already says so.</summary>
    private static bool Mark(ApiState state, ResourceInfo storage, JsonObject value, ObjectMetadata metadata, long grace)
    {
        var before = value.DeepClone();
        if (metadata.DeletionTimestamp is null)
        {
            metadata.DeletionTimestamp = state.Time.GetUtcNow().AddSeconds(grace).Timestamp();
            metadata.DeletionGracePeriodSeconds = grace;
            if (metadata.Generation is > 0 and var generation)
                metadata.Generation = generation + 1;
        }
        else if (grace < (metadata.DeletionGracePeriodSeconds ?? 0))
        {
            var began = DateTimeOffset.Parse(metadata.DeletionTimestamp, System.Globalization.CultureInfo.InvariantCulture)
                .AddSeconds(-(metadata.DeletionGracePeriodSeconds ?? 0));
            metadata.DeletionTimestamp = began.AddSeconds(grace).Timestamp();
            metadata.DeletionGracePeriodSeconds = grace;
        }
        if (storage == ResourceCatalog.Namespaces)
        {
            metadata.DeletionGracePeriodSeconds = null;
            if (value["status"] is not JsonObject status)
                value["status"] = status = [];
            status["phase"] = "Terminating";
        }
        return !JsonNode.DeepEquals(before, value);
    }

    /// <summary>The garbage collector's finalizers follow the propagation policy; without one they stay as they are.</summary>
    private static void SetFinalizers(ObjectMetadata metadata, PropagationPolicy? policy)
    {
        if (policy is null)
            return;
        var kept = metadata.Finalizers.Where(f => f is not (ForegroundFinalizer or OrphanFinalizer)).ToList();
        if (policy == PropagationPolicy.Foreground)
            kept.Add(ForegroundFinalizer);
        else if (policy == PropagationPolicy.Orphan)
            kept.Add(OrphanFinalizer);
        if (!kept.SequenceEqual(metadata.Finalizers))
            metadata.Finalizers = kept;
    }

    /// <summary>Only pods die slowly, and of them only those that run on a node.</summary>
    private static long Grace(ResourceInfo storage, JsonObject value, ObjectMetadata metadata, DeleteOptions options)
    {
        if (storage != ResourceCatalog.Pods)
            return 0;
        var phase = value["status"]?["phase"].AsString();
        if (string.IsNullOrEmpty(value["spec"]?["nodeName"].AsString()) || phase is "Succeeded" or "Failed")
            return 0;
        var wanted = options.GracePeriodSeconds ?? value["spec"]?["terminationGracePeriodSeconds"].AsInteger() ?? 30;
        // A negative period means "a moment"; a later delete can only shorten it.
        wanted = Math.Max(wanted < 0 ? 1 : wanted, 0);
        return metadata.DeletionTimestamp is null ? wanted : Math.Min(wanted, metadata.DeletionGracePeriodSeconds ?? 0);
    }

    private static void CheckPreconditions(ResourceInfo resource, StoredObject current, DeleteOptions options)
    {
        if (options.Uid is { } uid && uid != current.Uid)
            throw ApiError.Conflict(
                resource, current.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Uid}");
        var version = current.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (options.ResourceVersion is { } wanted && wanted != version)
        {
            throw ApiError.Conflict(
                resource, current.Name,
                $"Precondition failed: ResourceVersion in precondition: {wanted}, ResourceVersion in object meta: {version}");
        }
    }
}
