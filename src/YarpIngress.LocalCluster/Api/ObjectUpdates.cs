using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Admission;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Updates: read, change, check, store; again when another writer came between and the caller did not name a version.</summary>
internal static class ObjectUpdates
{
    /// <summary>Attempts of a change that depends on the stored object, as upstream's patch.</summary>
    private const int Attempts = 50;

    /// <summary>PUT.</summary>
    public static WriteResult Replace(
        ApiState state, ResourceInfo resource, string? namespaceName, string name, JsonObject value, string? subresource,
        WriteOptions options)
    {
        ObjectBody.CheckKind(resource, value);
        ObjectSchema.CheckFields(resource, value, options);
        CheckName(ObjectMetadata.Of(value), namespaceName, name);
        var storage = resource.Storage;
        if (resource.ViewOf is not null)
            value = EventView.ToStorage(value);
        if (subresource is null && resource.AllowsCreateOnUpdate
            && state.Store.Find(storage, StoredObject.KeyOf(namespaceName, name)) is null)
        {
            ObjectMetadata.Of(value).ResourceVersion = null;
            var body = resource.ViewOf is not null ? EventView.FromStorage(value) : value;
            return new WriteResult(
                ObjectCreation.Create(state, resource, namespaceName, body, options with { FieldValidation = FieldValidationMode.Ignore }),
                Created: true);
        }
        var version = ObjectMetadata.Of(value).ResourceVersion;
        if (string.IsNullOrEmpty(version) && !resource.AllowsUnconditionalUpdate)
        {
            throw ApiError.Invalid(
                resource, name,
                [new StatusCause("FieldValueInvalid", "Invalid value: 0: must be specified for an update", "metadata.resourceVersion")]);
        }
        var target = new UpdateTarget(resource, namespaceName, name, subresource);
        return new WriteResult(Change(state, target, _ => value.DeepClone().AsObject(), options), Created: false);
    }

    /// <summary>
    /// Read, <paramref name="change"/>, write. The function gets a copy
    /// of its own, in the stored form, and returns the new object.
    /// </summary>
    public static StoredObject Change(ApiState state, UpdateTarget target, Func<JsonObject, JsonObject> change, WriteOptions options)
    {
        for (var attempt = 1; ; attempt++)
        {
            var current = state.Store.Find(target.Resource.Storage, StoredObject.KeyOf(target.Namespace, target.Name))
                ?? throw ApiError.NotFound(target.Resource, target.Name);
            if (Write(state, target, current, change(current.ToJson()), options) is { } written)
                return written;
            if (attempt == Attempts)
                throw ApiError.Modified(target.Resource, target.Name);
        }
    }

    private static StoredObject? Write(ApiState state, UpdateTarget target, StoredObject current, JsonObject value, WriteOptions options)
    {
        var resource = target.Resource;
        var storage = resource.Storage;
        var old = current.ToJson();
        ObjectBody.Normalize(storage, value);
        var metadata = ObjectMetadata.Of(value);
        var before = ObjectMetadata.Of(old);
        CheckIdentity(target, current, metadata);
        KeepSystemFields(metadata, before);
        ObjectSchema.SetDefaults(storage, value);
        FieldOwnership.Track(state, resource, old, value, target.Subresource, options);
        KindRules.PrepareForUpdate(storage, value, old, target.Subresource);
        CheckFinalizers(resource, current, metadata, before);
        ObjectSchema.ValidateChanged(storage, value, old, target.Subresource);
        options.Admission?.Invoke(
            new AdmissionCall("UPDATE", resource, target.Namespace, target.Name, target.Subresource, value, old, options.DryRun));
        using var held = storage == ResourceCatalog.Services && target.Subresource is null ? state.Services.Allocate(value, old) : null;
        if (FieldOwnership.IsUnchanged(value, old))
            return current;
        if (options.DryRun)
            return StoredObject.Freeze(storage, value, current.Revision);
        return current.IsDeleting && IsReadyToGo(storage, value, metadata)
            ? state.Store.Remove(current, value)
            : state.Store.Replace(current, value);
    }

    public static void CheckName(ObjectMetadata metadata, string? namespaceName, string name)
    {
        if (string.IsNullOrEmpty(metadata.Name))
            metadata.Name = name;
        else if (metadata.Name != name)
            throw ApiError.BadRequest($"the name of the object ({metadata.Name}) does not match the name on the URL ({name})");
        if (string.IsNullOrEmpty(metadata.Namespace))
            metadata.Namespace = namespaceName;
        else if (namespaceName is not null && metadata.Namespace != namespaceName)
            throw ApiError.BadRequest(
                $"the namespace of the object ({metadata.Namespace}) does not match the namespace on the request ({namespaceName})");
    }

    private static void CheckIdentity(UpdateTarget target, StoredObject current, ObjectMetadata metadata)
    {
        if (metadata.Name != current.Name)
            throw ApiError.BadRequest($"the name of the object ({metadata.Name}) does not match the name on the URL ({current.Name})");
        if (current.Namespace.Length > 0 && metadata.Namespace is { Length: > 0 } other && other != current.Namespace)
            throw ApiError.BadRequest(
                $"the namespace of the object ({other}) does not match the namespace on the request ({current.Namespace})");
        if (metadata.Uid is { Length: > 0 } uid && uid != current.Uid)
        {
            throw ApiError.Conflict(
                target.Resource, current.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Uid}");
        }
        if (metadata.ResourceVersion is { Length: > 0 } version && ObjectLists.ParseRevision(version) is var revision && revision != 0
            && revision != current.Revision)
            throw ApiError.Modified(target.Resource, current.Name);
    }

    private static void KeepSystemFields(ObjectMetadata metadata, ObjectMetadata before)
    {
        metadata.Namespace = before.Namespace;
        metadata.Uid = before.Uid;
        metadata.CreationTimestamp = before.CreationTimestamp;
        metadata.DeletionTimestamp = before.DeletionTimestamp;
        metadata.DeletionGracePeriodSeconds = before.DeletionGracePeriodSeconds;
        metadata.ResourceVersion = before.ResourceVersion;
        if (metadata.Json["managedFields"] is null && before.Json["managedFields"] is { } managed)
            metadata.Json["managedFields"] = managed.DeepClone();
    }

    private static void CheckFinalizers(ResourceInfo resource, StoredObject current, ObjectMetadata metadata, ObjectMetadata before)
    {
        if (!current.IsDeleting)
            return;
        var added = metadata.Finalizers.Except(before.Finalizers).ToList();
        if (added.Count == 0)
            return;
        var list = string.Join(", ", added.Select(f => $"\"{f}\""));
        throw ApiError.Invalid(
            resource,
            current.Name,
            [
                new StatusCause(
                    "FieldValueForbidden",
                    $"Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{{{list}}}",
                    "metadata.finalizers"),
            ]);
    }

    /// <summary>Whether nothing holds a deleted object any more.</summary>
    private static bool IsReadyToGo(ResourceInfo resource, JsonObject value, ObjectMetadata metadata) =>
        metadata.Finalizers.Count == 0
        && (metadata.DeletionGracePeriodSeconds ?? 0) == 0
        && (resource != ResourceCatalog.Namespaces || value["spec"]?["finalizers"] is not JsonArray { Count: > 0 });
}
