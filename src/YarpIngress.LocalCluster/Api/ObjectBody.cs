using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Api;

/// <summary>What decoding into upstream's types does to an object before anybody looks at it.</summary>
internal static class ObjectBody
{
    /// <summary>Checks apiVersion and kind; fills them in for in-process callers that left both out.</summary>
    public static void CheckKind(ResourceInfo resource, JsonObject value)
    {
        var apiVersion = value["apiVersion"].AsString();
        var kind = value["kind"].AsString();
        if (string.IsNullOrEmpty(kind))
            value["kind"] = resource.Kind;
        else if (kind != resource.Kind)
            throw WrongKind(resource, apiVersion, kind);
        if (string.IsNullOrEmpty(apiVersion))
            value["apiVersion"] = resource.ApiVersion;
        else if (apiVersion != resource.ApiVersion)
            throw ApiError.BadRequest(
                $"the API version in the data ({apiVersion}) does not match the expected API version ({resource.ApiVersion})");
    }

    private static ApiError WrongKind(ResourceInfo resource, string? apiVersion, string kind)
    {
        var version = string.IsNullOrEmpty(apiVersion) ? resource.ApiVersion : apiVersion;
        var shortVersion = version[(version.LastIndexOf('/') + 1)..];
        var why = ResourceCatalog.FindKind(version, kind) is null
            ? $"no kind \"{kind}\" is registered for version \"{version}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\""
            : $"converting ({shortVersion}.{kind}) to "
                + $"({(resource.Group.Length == 0 ? "core" : resource.Group.Split('.')[0])}.{resource.Kind}): unknown conversion";
        return ApiError.BadRequest($"{kind} in version \"{shortVersion}\" cannot be handled as a {resource.Kind}: {why}");
    }

    /// <summary>Nulls are absent fields, empty metadata maps and lists too; write-only fields take effect.</summary>
    public static void Normalize(ResourceInfo resource, JsonObject value)
    {
        DropNulls(value);
        if (value["metadata"] is JsonObject metadata)
        {
            foreach (var name in (ReadOnlySpan<string>)["labels", "annotations", "ownerReferences", "finalizers", "managedFields"])
            {
                if (metadata[name] is JsonObject { Count: 0 } or JsonArray { Count: 0 })
                    metadata.Remove(name);
            }
            metadata.Remove("selfLink");
        }
        if (resource == ResourceCatalog.Secrets)
            MergeStringData(value);
    }

    private static void DropNulls(JsonNode node)
    {
        switch (node)
        {
            case JsonObject value:
                List<string>? nulls = null;
                foreach (var (name, child) in value)
                {
                    if (child is null)
                        (nulls ??= []).Add(name);
                    else if (child is not JsonValue)
                        DropNulls(child);
                }
                foreach (var name in nulls ?? [])
                    value.Remove(name);
                break;
            case JsonArray array:
                foreach (var child in array)
                {
                    if (child is JsonObject or JsonArray)
                        DropNulls(child);
                }
                break;
        }
    }

    private static void MergeStringData(JsonObject secret)
    {
        if (secret["stringData"] is not JsonObject texts)
            return;
        if (secret["data"] is not JsonObject data)
            secret["data"] = data = [];
        foreach (var (name, text) in texts)
            data[name] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text.AsString() ?? ""));
        secret.Remove("stringData");
    }
}
