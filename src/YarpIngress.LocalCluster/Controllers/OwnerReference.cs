using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>Who an object belongs to.</summary>
internal static class OwnerReference
{
    /// <summary>A reference that makes <paramref name="owner"/> the controller of the object that carries it.</summary>
    public static JsonArray To(StoredObject owner) =>
    [
        new JsonObject
        {
            ["apiVersion"] = owner.Resource.ApiVersion,
            ["kind"] = owner.Resource.Kind,
            ["name"] = owner.Name,
            ["uid"] = owner.Uid,
            ["controller"] = true,
            ["blockOwnerDeletion"] = true,
        },
    ];

    /// <summary>The reference to the controller of an object; null when it has none.</summary>
    public static JsonObject? ControllerOf(JsonObject value) =>
        value.ItemsAt("metadata", "ownerReferences").FirstOrDefault(reference => reference.FlagAt("controller"));
}
