using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Admission;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Creates.</summary>
internal static class ObjectCreation
{
    /// <summary>How often a generated name that is taken is drawn again, as upstream does.</summary>
    private const int NameAttempts = 8;

    public static StoredObject Create(ApiState state, ResourceInfo resource, string? namespaceName, JsonObject value, WriteOptions options)
    {
        ObjectBody.CheckKind(resource, value);
        ObjectSchema.CheckFields(resource, value, options);
        value = ToStorage(resource, value);
        var storage = resource.Storage;
        ObjectBody.Normalize(storage, value);
        var metadata = ObjectMetadata.Of(value);
        SetNamespace(resource, metadata, namespaceName);
        if (!string.IsNullOrEmpty(metadata.ResourceVersion))
            throw ApiError.Storage("resourceVersion should not be set on objects to be created");
        var prefix = string.IsNullOrEmpty(metadata.Name) && metadata.GenerateName is { Length: > 0 } generateName ? generateName : null;
        for (var attempt = 1; ; attempt++)
        {
            if (prefix is not null)
                metadata.Name = GeneratedName.From(prefix);
            var candidate = prefix is null ? value : value.DeepClone().AsObject();
            if (TryCreate(state, resource, candidate, options) is { } created)
                return created;
            if (prefix is null || attempt == NameAttempts)
                throw ApiError.AlreadyExists(resource, metadata.Name ?? "");
        }
    }

    private static StoredObject? TryCreate(ApiState state, ResourceInfo resource, JsonObject value, WriteOptions options)
    {
        var storage = resource.Storage;
        var metadata = ObjectMetadata.Of(value);
        var name = metadata.Name ?? "";
        if (resource.Namespaced)
            NamespaceRules.CheckCreate(state.Store, resource, metadata.Namespace!, name);
        // Cheap answer for the usual case; the store has the last word.
        if (name.Length > 0 && state.Store.Find(storage, StoredObject.KeyOf(metadata.Namespace, name)) is not null)
            return null;
        metadata.Uid = Guid.NewGuid().ToString();
        metadata.CreationTimestamp = state.Timestamp;
        metadata.DeletionTimestamp = null;
        metadata.DeletionGracePeriodSeconds = null;
        ObjectSchema.SetDefaults(storage, value);
        FieldOwnership.Track(state, resource, null, value, null, options);
        KindRules.PrepareForCreate(state, storage, value);
        ObjectSchema.ValidateNew(storage, value);
        options.Admission?.Invoke(new AdmissionCall("CREATE", resource, metadata.Namespace, name, null, value, null, options.DryRun));
        using var held = storage == ResourceCatalog.Services ? state.Services.Allocate(value, null) : null;
        if (options.DryRun)
            return StoredObject.Freeze(storage, value, 0);
        return state.Store.Insert(storage, value);
    }

    private static void SetNamespace(ResourceInfo resource, ObjectMetadata metadata, string? namespaceName)
    {
        if (!resource.Namespaced)
        {
            metadata.Namespace = null;
            return;
        }
        if (string.IsNullOrEmpty(metadata.Namespace))
            metadata.Namespace = namespaceName ?? throw ApiError.BadRequest("an empty namespace may not be set during creation");
        else if (namespaceName is not null && metadata.Namespace != namespaceName)
            throw ApiError.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
    }

    private static JsonObject ToStorage(ResourceInfo resource, JsonObject value) =>
        resource.ViewOf is null ? value : EventView.ToStorage(value);
}
