using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Discovery;

/// <summary>The classic discovery documents: APIVersions, APIGroupList, APIGroup and APIResourceList.</summary>
internal static class ApiGroups
{
    /// <summary>The served groups in upstream's order, the core group first, each with its resources.</summary>
    public static IReadOnlyList<(string Group, string Version, IReadOnlyList<ResourceInfo> Resources)> All { get; } =
    [
        .. ResourceCatalog.All.Concat(ReviewResources.All)
            .GroupBy(r => (r.Group, r.Version))
            .OrderBy(g => Array.IndexOf(Order, g.Key.Group))
            .Select(g => (g.Key.Group, g.Key.Version, (IReadOnlyList<ResourceInfo>)[.. g.OrderBy(r => r.Plural, StringComparer.Ordinal)])),
    ];

    private static string[] Order =>
    [
        "", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "networking.k8s.io", "policy",
        "rbac.authorization.k8s.io", "admissionregistration.k8s.io", "coordination.k8s.io", "discovery.k8s.io",
    ];

    public static JsonObject Versions(string serverAddress) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = serverAddress }),
    };

    public static JsonObject GroupList() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. All.Where(g => g.Group.Length > 0).Select(g => (JsonNode)Group(g.Group, g.Version))]),
    };

    public static JsonObject? Group(string name)
    {
        foreach (var (group, version, _) in All)
        {
            if (group == name && group.Length > 0)
            {
                var result = Group(group, version);
                result["kind"] = "APIGroup";
                result["apiVersion"] = "v1";
                return result;
            }
        }
        return null;
    }

    public static JsonObject? ResourceList(string group, string version)
    {
        foreach (var served in All)
        {
            if (served.Group != group || served.Version != version)
                continue;
            return new JsonObject
            {
                ["kind"] = "APIResourceList",
                ["apiVersion"] = "v1",
                ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
                ["resources"] = new JsonArray([.. served.Resources.SelectMany(Resources)]),
            };
        }
        return null;
    }

    private static JsonObject Group(string group, string version)
    {
        var served = new JsonObject { ["groupVersion"] = $"{group}/{version}", ["version"] = version };
        return new JsonObject { ["name"] = group, ["versions"] = new JsonArray(served.DeepClone()), ["preferredVersion"] = served };
    }

    private static IEnumerable<JsonNode> Resources(ResourceInfo resource)
    {
        var entry = new JsonObject
        {
            ["name"] = resource.Plural,
            ["singularName"] = resource.Singular,
            ["namespaced"] = resource.Namespaced,
            ["kind"] = resource.Kind,
            ["verbs"] = Json.Texts(resource.Verbs),
        };
        if (resource.ShortNames.Count > 0)
            entry["shortNames"] = Json.Texts(resource.ShortNames);
        if (resource.Categories.Count > 0)
            entry["categories"] = Json.Texts(resource.Categories);
        yield return entry;
        foreach (var subresource in resource.Subresources.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            var item = new JsonObject
            {
                ["name"] = $"{resource.Plural}/{subresource.Name}",
                ["singularName"] = "",
                ["namespaced"] = resource.Namespaced,
            };
            if (subresource.Group is not null)
            {
                item["group"] = subresource.Group;
                item["version"] = subresource.Version;
            }
            item["kind"] = subresource.Kind;
            item["verbs"] = Json.Texts(subresource.Verbs);
            yield return item;
        }
    }
}
