using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Admission;

/// <summary>Whether a webhook is asked about a write, by upstream's rules.</summary>
internal static class WebhookMatch
{
    public static bool Matches(JsonObject webhook, AdmissionCall call, ObjectStore store) =>
        webhook.Objects("rules").Any(rule => MatchesRule(rule, call))
        && MatchesNamespace(webhook.Object("namespaceSelector"), call, store)
        && MatchesObject(webhook.Object("objectSelector"), call);

    private static bool MatchesRule(JsonObject rule, AdmissionCall call) =>
        Has(rule, "operations", call.Operation)
        && Has(rule, "apiGroups", call.Resource.Group)
        && Has(rule, "apiVersions", call.Resource.Version)
        && (rule.Array("resources")?.Any(resource => Names(resource.AsString() ?? "", call)) ?? false)
        && rule.String("scope") switch
        {
            "Namespaced" => call.Resource.Namespaced,
            "Cluster" => !call.Resource.Namespaced,
            _ => true,
        };

    private static bool Has(JsonObject rule, string list, string value) =>
        rule.Array(list)?.Any(item => item.AsString() is { } text && (text == "*" || text == value)) ?? false;

    /// <summary>
    /// <c>*</c> is every resource without its subresources, <c>*/*</c> everything, <c>pods/*</c> the subresources of one.
    /// </summary>
    private static bool Names(string pattern, AdmissionCall call)
    {
        var slash = pattern.IndexOf('/', StringComparison.Ordinal);
        var (resource, subresource) = slash < 0 ? (pattern, "") : (pattern[..slash], pattern[(slash + 1)..]);
        return (resource == "*" || resource == call.Resource.Plural)
            && (subresource == "*" || subresource == (call.Subresource ?? ""));
    }

    /// <summary>A namespace is matched by its own labels; other cluster-scoped objects are always matched.</summary>
    private static bool MatchesNamespace(JsonObject? selector, AdmissionCall call, ObjectStore store)
    {
        if (selector is not { Count: > 0 })
            return true;
        if (call.Resource == ResourceCatalog.Namespaces)
            return MatchesObject(selector, call);
        if (call.Namespace is null)
            return true;
        return store.Find(ResourceCatalog.Namespaces, call.Namespace) is { } found && Selector.Of(selector).Matches(found.Labels);
    }

    /// <summary>Matched by what it is or by what it was.</summary>
    private static bool MatchesObject(JsonObject? selector, AdmissionCall call) =>
        selector is not { Count: > 0 } || MatchesLabels(selector, call.Object) || MatchesLabels(selector, call.OldObject);

    private static bool MatchesLabels(JsonObject selector, JsonObject? value) =>
        value is not null && Selector.Of(selector).Matches(value.Object("metadata").Object("labels").TextMap());
}
