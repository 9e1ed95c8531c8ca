using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of metadata, the same for every kind.</summary>
internal static class MetadataRules
{
    private const int MaxAnnotationBytes = 256 * 1024;

    private static readonly string[] StandardFinalizers = ["kubernetes", "orphan", "foregroundDeletion"];

    /// <param name="errors">Where errors go.</param>
    /// <param name="value">The object.</param>
    /// <param name="namespaced">Whether the kind lives in namespaces.</param>
    /// <param name="nameFormat">Format of names of the kind.</param>
    public static void Check(FieldErrors errors, JsonObject value, bool namespaced, Func<string, IEnumerable<string>> nameFormat)
    {
        var metadata = value.Object("metadata");
        if (metadata.String("generateName") is { Length: > 0 } prefix)
        {
            // A suffix follows, so the prefix may end in a dash.
            errors.Invalid(
                "metadata.generateName", prefix,
                nameFormat(prefix.TrimEnd('-').Length == prefix.Length ? prefix : prefix.TrimEnd('-') + "a"));
        }

        if (metadata.String("name") is not { Length: > 0 } name)
        {
            errors.Required("metadata.name", "name or generateName is required");
        }
        else
        {
            errors.Invalid("metadata.name", name, nameFormat(name));
        }

        var space = metadata.String("namespace") ?? "";
        if (!namespaced && space.Length > 0)
        {
            errors.Forbidden("metadata.namespace", "not allowed on this type");
        }
        else if (namespaced && space.Length == 0)
        {
            errors.Required("metadata.namespace");
        }
        else if (namespaced)
        {
            errors.Invalid("metadata.namespace", space, Names.Label(space));
        }

        Labels(errors, metadata, "metadata.labels", "labels");
        Annotations(errors, metadata.Object("annotations"), "metadata.annotations");
        Owners(errors, metadata);
        Finalizers(errors, metadata);
        ManagedFields(errors, metadata);
    }

    public static void CheckUpdate(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        var (now, then) = (updated.Object("metadata"), old.Object("metadata"));
        ReadOnlySpan<string> fixedFields =
            ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];
        foreach (var name in fixedFields)
        {
            Immutable(errors, $"metadata.{name}", now?[name], then?[name]);
        }

        if (then?["deletionTimestamp"] is not null)
        {
            var before = then.Array("finalizers")?.Select(f => f.AsString()).ToHashSet() ?? [];
            var added = now.Array("finalizers")?.Select(f => f.AsString()).Where(f => !before.Contains(f)).Select(f => $"\"{f}\"").ToList()
                ?? [];
            if (added.Count > 0)
            {
                errors.Forbidden(
                    "metadata.finalizers",
                    $"no new finalizers can be added if the object is being deleted, found new finalizers "
                    + $"[]string{{{string.Join(", ", added)}}}");
            }
        }
    }

    public static void Labels(FieldErrors errors, JsonObject? holder, string path, string field = "labels")
    {
        foreach (var (key, value) in holder.Object(field) ?? [])
        {
            errors.Invalid(path, key, Names.QualifiedName(key));
            errors.Invalid(path, value, Names.LabelValue(value.AsString() ?? ""));
        }
    }

    public static void Annotations(FieldErrors errors, JsonObject? annotations, string path)
    {
        var size = 0;
        foreach (var (key, value) in annotations ?? [])
        {
            errors.Invalid(path, key, Names.QualifiedName(key.ToLowerInvariant()));
            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value.AsString() ?? "");
        }

        if (size > MaxAnnotationBytes)
        {
            errors.TooLong(path, MaxAnnotationBytes);
        }
    }

    public static void Immutable(FieldErrors errors, string path, JsonNode? updated, JsonNode? old)
    {
        if (!Json.Same(updated, old))
        {
            errors.Invalid(path, updated, "field is immutable");
        }
    }

    private static void Owners(FieldErrors errors, JsonObject? metadata)
    {
        var controllers = new List<string>();
        var i = 0;
        foreach (var owner in metadata.Objects("ownerReferences"))
        {
            var path = $"metadata.ownerReferences[{i++}]";
            foreach (
                var (field, message) in ((string, string)[])[("apiVersion", "version"), ("kind", "kind"), ("name", "name"), ("uid", "uid")])
            {
                if (owner.String(field) is null or "")
                {
                    errors.Invalid($"{path}.{field}", owner.String(field) ?? "", $"{message} must not be empty");
                }
            }

            if (owner.IsTrue("controller"))
            {
                controllers.Add($"{owner.String("kind")}/{owner.String("name")}");
            }
        }

        if (controllers.Count > 1)
        {
            errors.Invalid(
                "metadata.ownerReferences",
                metadata!["ownerReferences"],
                $"Only one reference can have Controller set to true. Found \"true\" in references for {controllers[0]} and "
                + $"{controllers[1]}");
        }
    }

    private static void Finalizers(FieldErrors errors, JsonObject? metadata)
    {
        var i = 0;
        foreach (var finalizer in metadata.Array("finalizers") ?? [])
        {
            var (path, name) = ($"metadata.finalizers[{i++}]", finalizer.AsString() ?? "");
            var messages = Names.QualifiedName(name).ToList();
            errors.Invalid("metadata.finalizers", name, messages);
            if (messages.Count == 0 && !name.Contains('/', StringComparison.Ordinal) && !StandardFinalizers.Contains(name))
            {
                errors.Invalid(path, name, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }

    private static void ManagedFields(FieldErrors errors, JsonObject? metadata)
    {
        var i = 0;
        foreach (var entry in metadata.Objects("managedFields"))
        {
            var path = $"metadata.managedFields[{i++}]";
            if (entry.Count == 0)
            {
                continue;
            }

            if (entry.String("operation") is not ("Apply" or "Update"))
            {
                errors.Invalid($"{path}.operation", entry["operation"], "must be `Apply` or `Update`");
            }

            if (entry.String("fieldsType") is { Length: > 0 } type && type != "FieldsV1")
            {
                errors.Invalid($"{path}.fieldsType", type, "must be `FieldsV1`");
            }
        }
    }
}
