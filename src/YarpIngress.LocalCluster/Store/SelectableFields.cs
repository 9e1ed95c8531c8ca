using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Store;

/// <summary>
/// The fields that upstream lets a field selector name, per kind;
/// every kind has metadata.name and metadata.namespace too.
/// </summary>
internal static class SelectableFields
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    private static readonly Dictionary<ResourceInfo, string[]> Paths = new()
    {
        [ResourceCatalog.Pods] =
        [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase",
            "status.podIP", "status.nominatedNodeName",
        ],
        [ResourceCatalog.Events] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
        [ResourceCatalog.Secrets] = ["type"],
        [ResourceCatalog.Namespaces] = ["status.phase"],
        [ResourceCatalog.Nodes] = ["spec.unschedulable"],
        [ResourceCatalog.Services] = ["spec.clusterIP", "spec.type"],
    };

    private static readonly Dictionary<string, string> EventsV1Names = new()
    {
        ["regarding.kind"] = "involvedObject.kind",
        ["regarding.namespace"] = "involvedObject.namespace",
        ["regarding.name"] = "involvedObject.name",
        ["regarding.uid"] = "involvedObject.uid",
        ["regarding.apiVersion"] = "involvedObject.apiVersion",
        ["regarding.resourceVersion"] = "involvedObject.resourceVersion",
        ["regarding.fieldPath"] = "involvedObject.fieldPath",
        ["reportingController"] = "reportingComponent",
    };

    /// <summary>The values of an object.</summary>
    public static IReadOnlyDictionary<string, string> Of(ResourceInfo resource, JsonObject value)
    {
        if (!Paths.TryGetValue(resource, out var paths))
            return None;
        var result = new Dictionary<string, string>(paths.Length, StringComparer.Ordinal);
        foreach (var path in paths)
            result[path] = Value(value, path);
        if (resource == ResourceCatalog.Pods && result["spec.serviceAccountName"].Length == 0)
            result["spec.serviceAccountName"] = Value(value, "spec.serviceAccount");
        return result;
    }

    /// <summary>The stored field that a selector on <paramref name="resource"/> means; null when upstream refuses the label.</summary>
    public static string? Resolve(ResourceInfo resource, string label)
    {
        if (label is "metadata.name" or "metadata.namespace")
            return label;
        if (resource == ResourceCatalog.EventsV1)
        {
            if (EventsV1Names.TryGetValue(label, out var stored))
                return stored;
            return label is "reason" or "type" ? label : null;
        }
        return Paths.TryGetValue(resource.Storage, out var paths) && Array.IndexOf(paths, label) >= 0 ? label : null;
    }

    /// <summary>Whether the kind has selectable fields of its own.</summary>
    public static bool HasOwn(ResourceInfo resource) => Paths.ContainsKey(resource.Storage);

    private static string Value(JsonObject value, string path)
    {
        // The API's "source" of an event is its component.
        var node = (JsonNode?)value;
        foreach (var part in (path == "source" ? "source.component" : path).Split('.'))
            node = (node as JsonObject)?[part];
        return node switch
        {
            null => path is "spec.hostNetwork" or "spec.unschedulable" ? "false" : "",
            JsonValue text when text.AsString() is { } s => s,
            _ => node.ToJsonString(),
        };
    }
}
