using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Patches;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>PATCH: against the object as it is stored now, again when another writer was faster.</summary>
internal static class ObjectPatches
{
    public static WriteResult Patch(
        ApiState state, ResourceInfo resource, string? namespaceName, string name, PatchBody patch, string? subresource,
        WriteOptions options)
    {
        if (patch.Kind == PatchKind.Apply)
            return Apply(state, new UpdateTarget(resource, namespaceName, name, subresource), patch, options with { IsApply = true });
        if (options.Force)
            throw ApiError.Invalid(
                "meta.k8s.io", "PatchOptions", "",
                [new StatusCause("FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", "force")]);
        var schema = ObjectSchema.Of(resource);
        var checks = new CheckOnce(resource, options);
        var target = new UpdateTarget(resource, namespaceName, name, subresource);
        var stored = ObjectUpdates.Change(
            state,
            target,
            current =>
            {
                var patched = patch.ApplyTo(View(resource, current), schema);
                ObjectBody.CheckKind(resource, patched);
                checks.Check(patched);
                return Storage(resource, patched);
            },
            options);
        return new WriteResult(stored, Created: false);
    }

    private static WriteResult Apply(ApiState state, UpdateTarget target, PatchBody patch, WriteOptions options)
    {
        var resource = target.Resource;
        var applied = patch.Body as JsonObject ?? throw ApiError.BadRequest("error decoding YAML: the applied configuration is no object");
        ObjectBody.CheckKind(resource, applied);
        ObjectUpdates.CheckName(ObjectMetadata.Of(applied), target.Namespace, target.Name);
        if (ObjectMetadata.Of(applied).Json["managedFields"] is JsonArray { Count: > 0 })
            throw ApiError.BadRequest("metadata.managedFields must be nil");
        ObjectSchema.CheckFields(resource, applied, options);
        while (true)
        {
            if (state.Store.Find(resource.Storage, StoredObject.KeyOf(target.Namespace, target.Name)) is null)
            {
                if (target.Subresource is not null)
                    throw ApiError.NotFound(resource, target.Name);
                if (ObjectMetadata.Of(applied).Uid is { Length: > 0 } uid)
                    throw ApiError.Conflict(
                        resource, target.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
                try
                {
                    var created = ObjectCreation.Create(
                        state, resource, target.Namespace, Merge(state, target, null, applied, options), options);
                    return new WriteResult(created, Created: true);
                }
                catch (ApiError error) when (error.Reason == "AlreadyExists")
                {
                    continue;
                }
            }
            var stored = ObjectUpdates.Change(
                state, target, current => Storage(resource, Merge(state, target, View(resource, current), applied, options)), options);
            return new WriteResult(stored, Created: false);
        }
    }

    private static JsonObject Merge(ApiState state, UpdateTarget target, JsonObject? live, JsonObject applied, WriteOptions options)
    {
        try
        {
            return ServerSideApply.Apply(
                live,
                applied,
                options.FieldManager,
                options.Force,
                ObjectSchema.Of(target.Resource),
                target.Resource.ApiVersion,
                target.Subresource,
                state.Time.GetUtcNow().UtcDateTime);
        }
        catch (ApplyConflictException e)
        {
            throw ApiError.ApplyConflict(e.Message, e.Conflicts.Select(c => new StatusCause("FieldManagerConflict", c.Message, c.Field)));
        }
        catch (PatchException e)
        {
            throw e.StatusCode == 422 ? ApiError.PatchFailed(e.Message) : ApiError.BadRequest(e.Message);
        }
    }

    private static JsonObject View(ResourceInfo resource, JsonObject stored) =>
        resource.ViewOf is null ? stored : EventView.FromStorage(stored);

    private static JsonObject Storage(ResourceInfo resource, JsonObject view) => resource.ViewOf is null ? view : EventView.ToStorage(view);

    /// <summary>A patch that is tried again warns only once.</summary>
    private sealed class CheckOnce(ResourceInfo resource, WriteOptions options)
    {
        private bool _done;

        public void Check(JsonObject patched)
        {
            ObjectSchema.CheckFields(resource, patched, _done ? options with { Warnings = null } : options);
            _done = true;
        }
    }
}
