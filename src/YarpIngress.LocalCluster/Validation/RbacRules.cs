using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of rbac.authorization.k8s.io/v1.</summary>
internal static class RbacRules
{
    private const string Group = "rbac.authorization.k8s.io";

    public static void Role(FieldErrors errors, JsonObject value, bool namespaced)
    {
        MetadataRules.Check(errors, value, namespaced, Names.PathSegment);
        var i = 0;
        foreach (var rule in value.Objects("rules"))
        {
            Rule(errors, $"rules[{i++}]", rule, namespaced);
        }
    }

    public static void Binding(FieldErrors errors, JsonObject value, bool namespaced)
    {
        MetadataRules.Check(errors, value, namespaced, Names.PathSegment);
        var reference = value.Object("roleRef") ?? [];
        if (reference.String("apiGroup") != Group)
        {
            errors.NotSupported("roleRef.apiGroup", reference.String("apiGroup") ?? "", Group);
        }

        string[] kinds = namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
        if (!kinds.Contains(reference.String("kind") ?? ""))
        {
            errors.NotSupported("roleRef.kind", reference.String("kind") ?? "", kinds);
        }

        if (reference.String("name") is not { Length: > 0 } name)
        {
            errors.Required("roleRef.name");
        }
        else
        {
            errors.Invalid("roleRef.name", name, Names.PathSegment(name));
        }

        var i = 0;
        foreach (var subject in value.Objects("subjects"))
        {
            Subject(errors, $"subjects[{i++}]", subject, namespaced);
        }
    }

    public static void BindingUpdate(FieldErrors errors, JsonObject updated, JsonObject old, bool namespaced)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        Binding(errors, updated, namespaced);
        if (!Json.Same(updated["roleRef"], old["roleRef"]))
        {
            errors.Invalid("roleRef", updated["roleRef"], "cannot change roleRef");
        }
    }

    private static void Rule(FieldErrors errors, string path, JsonObject rule, bool namespaced)
    {
        if (!Any("verbs"))
        {
            errors.Required($"{path}.verbs", "verbs must contain at least one value");
        }

        if (Any("nonResourceURLs"))
        {
            if (namespaced)
            {
                errors.Invalid($"{path}.nonResourceURLs", rule["nonResourceURLs"], "namespaced rules cannot apply to non-resource URLs");
            }

            if (Any("apiGroups") || Any("resources") || Any("resourceNames"))
            {
                errors.Invalid(
                    $"{path}.nonResourceURLs", rule["nonResourceURLs"],
                    "rules cannot apply to both regular resources and non-resource URLs");
            }

            return;
        }

        if (!Any("apiGroups"))
        {
            errors.Required($"{path}.apiGroups", "resource rules must supply at least one api group");
        }

        if (!Any("resources"))
        {
            errors.Required($"{path}.resources", "resource rules must supply at least one resource");
        }

        bool Any(string field) => rule.Array(field) is { Count: > 0 };
    }

    private static void Subject(FieldErrors errors, string path, JsonObject subject, bool namespaced)
    {
        if (subject.String("name") is not { Length: > 0 } name)
        {
            errors.Required($"{path}.name");
        }
        else if (subject.String("kind") == "ServiceAccount")
        {
            errors.Invalid($"{path}.name", name, Names.Subdomain(name));
        }

        var group = subject.String("apiGroup") ?? "";
        switch (subject.String("kind"))
        {
            case "ServiceAccount":
                if (group.Length > 0)
                {
                    errors.NotSupported($"{path}.apiGroup", group, "");
                }

                if (!namespaced && subject.String("namespace") is null or "")
                {
                    errors.Required($"{path}.namespace");
                }

                break;
            case "User" or "Group":
                if (group != Group)
                {
                    errors.NotSupported($"{path}.apiGroup", group, Group);
                }

                break;
            case var other:
                errors.NotSupported($"{path}.kind", other ?? "", "Group", "ServiceAccount", "User");
                break;
        }
    }
}
