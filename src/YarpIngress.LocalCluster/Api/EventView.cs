using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Api;

/// <summary>The two shapes of an Event: core/v1, which is stored, and events.k8s.io/v1.</summary>
internal static class EventView
{
    private static readonly (string Core, string Events)[] Names =
    [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
        ("reportingComponent", "reportingController"),
    ];

    /// <summary>events.k8s.io/v1 → core/v1.</summary>
    public static JsonObject ToStorage(JsonObject value) => Rename(value, "v1", toCore: true);

    /// <summary>core/v1 → events.k8s.io/v1.</summary>
    public static JsonObject FromStorage(JsonObject value) => Rename(value, "events.k8s.io/v1", toCore: false);

    private static JsonObject Rename(JsonObject value, string apiVersion, bool toCore)
    {
        var result = new JsonObject();
        foreach (var (name, node) in value)
        {
            var renamed = name;
            foreach (var (core, events) in Names)
            {
                if (name == (toCore ? events : core))
                    renamed = toCore ? core : events;
            }
            result[renamed] = node?.DeepClone();
        }
        result["apiVersion"] = apiVersion;
        return result;
    }
}
