using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>The roles that a cluster has from the start: what everybody who is known may, and what people bind accounts to.</summary>
internal static class BootstrapRoles
{
    private static readonly string[] Reads = ["get", "list", "watch"];
    private static readonly string[] Writes = ["create", "delete", "deletecollection", "patch", "update"];

    public static void Create(ApiOperations api, WriteOptions options)
    {
        Role("cluster-admin", Rule(["*"], "*", ["*"]), Paths(["*"], "*"));
        Role(
            "system:basic-user",
            Rule(["create"], "authorization.k8s.io", ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
            Rule(["create"], "authentication.k8s.io", ["selfsubjectreviews"]));
        Role("system:discovery", Paths(
            ["get"], "/", "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version",
            "/version/"));
        // Who may read Secrets or hand out rights could be anybody, so that view has neither, and edit no rights.
        Role(
            "view",
            [
                .. Rules(Reads, resource => resource.Plural is not "secrets" && !IsRights(resource)),
                Rule(Reads, "", ["namespaces", "pods/log"]),
            ]);
        Role("edit", [.. Rules([.. Reads, .. Writes], resource => !IsRights(resource)), .. More]);
        Role("admin", [.. Rules([.. Reads, .. Writes], _ => true), .. More]);
        Bind("cluster-admin", "system:masters");
        Bind("system:basic-user", "system:authenticated");
        Bind("system:discovery", "system:authenticated");

        void Role(string name, params JsonObject[] rules) => api.Create(
            ResourceCatalog.ClusterRoles, null,
            new JsonObject { ["metadata"] = Named(name), ["rules"] = new JsonArray([.. rules]) },
            options);

        void Bind(string name, string group) => api.Create(
            ResourceCatalog.ClusterRoleBindings, null,
            new JsonObject
            {
                ["metadata"] = Named(name),
                ["roleRef"] =
                    new JsonObject { ["apiGroup"] = ResourceCatalog.ClusterRoles.Group, ["kind"] = "ClusterRole", ["name"] = name },
                ["subjects"] = new JsonArray(
                    new JsonObject { ["apiGroup"] = ResourceCatalog.ClusterRoles.Group, ["kind"] = "Group", ["name"] = group }),
            },
            options);
    }

    private static IEnumerable<JsonObject> More =>
    [
        Rule(Reads, "", ["namespaces", "pods/log"]),
        Rule(["create"], "", ["pods/eviction", "pods/exec", "pods/attach", "pods/portforward", "serviceaccounts/token"]),
        Rule([.. Reads, "patch", "update"], "apps", ["deployments/scale", "replicasets/scale"]),
    ];

    private static IEnumerable<JsonObject> Rules(string[] verbs, Func<ResourceInfo, bool> which) => ResourceCatalog.All
        .Where(resource => resource.Namespaced && resource.ViewOf is null && which(resource))
        .GroupBy(resource => resource.Group)
        .Select(group => Rule(verbs, group.Key, [.. group.Select(resource => resource.Plural)]));

    private static bool IsRights(ResourceInfo resource) => resource.Group == ResourceCatalog.Roles.Group;

    private static JsonObject Rule(string[] verbs, string group, string[] resources) =>
        new() { ["verbs"] = Json.Texts(verbs), ["apiGroups"] = Json.Texts([group]), ["resources"] = Json.Texts(resources) };

    private static JsonObject Paths(string[] verbs, params string[] paths) =>
        new() { ["verbs"] = Json.Texts(verbs), ["nonResourceURLs"] = Json.Texts(paths) };

    private static JsonObject Named(string name) => new()
    {
        ["name"] = name,
        ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
    };
}
