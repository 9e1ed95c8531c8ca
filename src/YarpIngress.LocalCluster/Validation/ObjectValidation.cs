using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Upstream's validation of whole objects, by kind. Objects must be defaulted.</summary>
internal static class ObjectValidation
{
    public static IReadOnlyList<FieldError> Create(string group, string kind, JsonObject value, ValidationOptions? options = null)
    {
        var errors = new FieldErrors();
        if (KindRules.Find(group, kind) is { } rules)
        {
            rules.Create(errors, value, options ?? ValidationOptions.Default);
        }

        return errors.List;
    }

    public static IReadOnlyList<FieldError> Update(
        string group, string kind, JsonObject updated, JsonObject old, ValidationOptions? options = null)
    {
        var errors = new FieldErrors();
        if (KindRules.Find(group, kind) is { } rules)
        {
            rules.Update(errors, updated, old, options ?? ValidationOptions.Default);
        }

        return errors.List;
    }

    /// <summary>For writes to the status subresource; only metadata and status matter there.</summary>
    public static IReadOnlyList<FieldError> UpdateStatus(string group, string kind, JsonObject updated, JsonObject old)
    {
        var errors = new FieldErrors();
        var check = KindRules.Find(group, kind)?.UpdateStatus ?? MetadataRules.CheckUpdate;
        check(errors, updated, old);
        return errors.List;
    }
}
