using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>Whether a request is allowed.</summary>
/// <param name="Allowed">Whether it is.</param>
/// <param name="Reason">The binding that allows it, or a role that a binding names and that is not there; else empty.</param>
internal readonly record struct AccessDecision(bool Allowed, string Reason);

/// <summary>Role-based access control as upstream has it: what no rule allows is refused.</summary>
/// <remarks>Rules are read as they are now, so that a change counts from the next request on. Of ClusterRoles that are aggregated only
/// the rules that stand in them count.</remarks>
internal static class Rbac
{
    private const string All = "*";

    public static AccessDecision Decide(ObjectStore store, UserInfo user, AccessRequest request)
    {
        if (user.MayEverything)
            return new AccessDecision(true, "");
        var missing = new List<string>();
        foreach (var (rules, why) in Bound(store, user, request.Namespace, missing))
        {
            if (rules.Any(rule => Allows(rule, request)))
                return new AccessDecision(true, $"RBAC: allowed by {why}");
        }

        return new AccessDecision(false, missing switch
        {
            [] => "",
            [var one] => $"RBAC: {one}",
            _ => $"RBAC: [{string.Join(", ", missing)}]",
        });
    }

    /// <summary>Lets the request pass or refuses it with upstream's answer.</summary>
    public static void Demand(ObjectStore store, UserInfo user, AccessRequest request)
    {
        if (Decide(store, user, request) is { Allowed: false } refused)
            throw ApiError.Forbidden(user.Name, request, refused.Reason);
    }

    /// <summary>Every rule that holds for <paramref name="user"/> in a namespace.</summary>
    public static IEnumerable<JsonObject> Rules(ObjectStore store, UserInfo user, string namespaceName) =>
        Bound(store, user, namespaceName, []).SelectMany(bound => bound.Rules);

    private static IEnumerable<(IEnumerable<JsonObject> Rules, string Why)> Bound(
        ObjectStore store, UserInfo user, string namespaceName, List<string> missing)
    {
        var bindings = store.Snapshot(ResourceCatalog.ClusterRoleBindings).In(null);
        if (namespaceName.Length > 0)
            bindings = bindings.Concat(store.Snapshot(ResourceCatalog.RoleBindings).In(namespaceName));
        foreach (var stored in bindings)
        {
            var binding = stored.ToJson();
            if (binding.Objects("subjects").FirstOrDefault(subject => Means(subject, user, stored.Namespace)) is not { } subject)
                continue;
            var kind = binding.Object("roleRef").String("kind") ?? "";
            var name = binding.Object("roleRef").String("name") ?? "";
            var role = kind == "Role"
                ? store.Find(ResourceCatalog.Roles, StoredObject.KeyOf(stored.Namespace, name))
                : store.Find(ResourceCatalog.ClusterRoles, name);
            if (role is null)
                missing.Add($"{kind.ToLowerInvariant()}.rbac.authorization.k8s.io \"{name}\" not found");
            else
                yield return (role.ToJson().Objects("rules"), Why(stored, kind, name, subject));
        }
    }

    private static bool Means(JsonObject subject, UserInfo user, string bindingNamespace)
    {
        var name = subject.String("name") ?? "";
        return subject.String("kind") switch
        {
            "User" => name == user.Name,
            "Group" => user.Groups.Contains(name),
            "ServiceAccount" => user.Name == UserInfo.AccountName(subject.String("namespace") ?? bindingNamespace, name),
            _ => false,
        };
    }

    private static bool Allows(JsonObject rule, AccessRequest request)
    {
        if (!Has(rule, "verbs", request.Verb))
            return false;
        if (request.Path is { } path)
        {
            return rule.Strings("nonResourceURLs").Any(
                url => url == All || url == path || (url.EndsWith('*') && path.StartsWith(url[..^1], StringComparison.Ordinal)));
        }

        var resource = request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}";
        return Has(rule, "apiGroups", request.Group)
            && (Has(rule, "resources", resource)
                || (request.Subresource.Length > 0 && rule.Strings("resources").Contains($"*/{request.Subresource}")))
            && (rule.Strings("resourceNames").ToList() is not { Count: > 0 } names || names.Contains(request.Name));
    }

    private static bool Has(JsonObject rule, string field, string wanted)
    {
        var texts = rule.Strings(field).ToList();
        return texts.Contains(All) || texts.Contains(wanted);
    }

    private static string Why(StoredObject binding, string kind, string role, JsonObject subject)
    {
        var name = subject.String("kind") == "ServiceAccount"
            ? $"{subject.String("name")}/{subject.String("namespace") ?? binding.Namespace}"
            : subject.String("name");
        var which = binding.Namespace.Length == 0 ? binding.Name : $"{binding.Name}/{binding.Namespace}";
        return $"{binding.Resource.Kind} \"{which}\" of {kind} \"{role}\" to {subject.String("kind")} \"{name}\"";
    }
}
