using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Patches;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Where writes meet <c>managedFields</c>.</summary>
internal static class FieldOwnership
{
    /// <summary>Notes who changed what; a server-side apply has done so itself.</summary>
    public static void Track(
        ApiState state, ResourceInfo resource, JsonObject? old, JsonObject value, string? subresource, WriteOptions options)
    {
        if (options.IsApply)
            return;
        ManagedFields.Update(
            old, value, options.FieldManager, resource.ApiVersion, subresource, ObjectSchema.Of(resource.Storage),
            state.Time.GetUtcNow().UtcDateTime);
    }

    /// <summary>Whether storing <paramref name="value"/> would change nothing but the times in managedFields: such writes keep the
    /// resourceVersion.</summary>
    public static bool IsUnchanged(JsonObject value, JsonObject old)
    {
        if (JsonNode.DeepEquals(value, old))
            return true;
        if (value["metadata"]?["managedFields"] is not JsonArray || old["metadata"]?["managedFields"] is not JsonArray)
            return false;
        return JsonNode.DeepEquals(WithoutTimes(value), WithoutTimes(old));
    }

    private static JsonNode WithoutTimes(JsonObject value)
    {
        var copy = value.DeepClone();
        foreach (var entry in copy["metadata"]!["managedFields"]!.AsArray())
            (entry as JsonObject)?.Remove("time");
        return copy;
    }
}
