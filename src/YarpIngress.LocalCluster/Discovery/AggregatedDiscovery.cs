using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Discovery;

/// <summary>Aggregated discovery: everything about <c>/api</c> or <c>/apis</c> in one answer, as kubectl asks since 1.26.</summary>
internal static class AggregatedDiscovery
{
    public const string Kind = "APIGroupDiscoveryList";
    public const string Group = "apidiscovery.k8s.io";

    /// <summary>The document.</summary>
    /// <param name="core">The core group (<c>/api</c>) or all others (<c>/apis</c>).</param>
    /// <param name="version"><c>v2</c> or <c>v2beta1</c>.</param>
    public static JsonObject Document(bool core, string version) => new()
    {
        ["kind"] = Kind,
        ["apiVersion"] = $"{Group}/{version}",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray(
            [.. ApiGroups.All.Where(g => g.Group.Length == 0 == core).Select(g => (JsonNode)Item(g.Group, g.Version, g.Resources))]),
    };

    private static JsonObject Item(string group, string version, IReadOnlyList<ResourceInfo> resources) => new()
    {
        ["metadata"] = group.Length == 0
            ? new JsonObject { ["creationTimestamp"] = null }
            : new JsonObject { ["name"] = group, ["creationTimestamp"] = null },
        ["versions"] = new JsonArray(new JsonObject
        {
            ["version"] = version,
            ["resources"] = new JsonArray([.. resources.Select(r => (JsonNode)Resource(r))]),
            ["freshness"] = "Current",
        }),
    };

    private static JsonObject Resource(ResourceInfo resource)
    {
        var entry = new JsonObject
        {
            ["resource"] = resource.Plural,
            ["responseKind"] = GroupVersionKind(resource.Group, resource.Version, resource.Kind),
            ["scope"] = resource.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
            ["verbs"] = Json.Texts(resource.Verbs),
        };
        if (resource.ShortNames.Count > 0)
            entry["shortNames"] = Json.Texts(resource.ShortNames);
        if (resource.Categories.Count > 0)
            entry["categories"] = Json.Texts(resource.Categories);
        if (resource.Subresources.Count > 0)
        {
            entry["subresources"] =
                new JsonArray([.. resource.Subresources.OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => (JsonNode)new JsonObject
            {
                ["subresource"] = s.Name,
                ["responseKind"] = GroupVersionKind(s.Group ?? resource.Group, s.Version ?? resource.Version, s.Kind),
                ["verbs"] = Json.Texts(s.Verbs),
            })]);
        }
        return entry;
    }

    private static JsonObject GroupVersionKind(string group, string version, string kind) =>
        new() { ["group"] = group, ["version"] = version, ["kind"] = kind };
}
