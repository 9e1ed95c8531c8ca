using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Where writes meet <c>managedFields</c>.</summary>
internal static class FieldOwnership
{
    /// <summary>Notes who changed what.</summary>
    public static void Track(ApiState state, ResourceInfo resource, JsonObject? old, JsonObject value, string? subresource, WriteOptions options)
    {
        _ = (state, resource, old, value, subresource, options);
    }

    /// <summary>Whether storing <paramref name="value"/> would change nothing: such writes keep the resourceVersion.</summary>
    public static bool IsUnchanged(JsonObject value, JsonObject old, bool isApply) => !isApply && JsonNode.DeepEquals(value, old);
}
