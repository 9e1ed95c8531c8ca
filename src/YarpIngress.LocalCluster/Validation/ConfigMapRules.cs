using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of v1 ConfigMap.</summary>
internal static class ConfigMapRules
{
    public static void Create(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        var (data, binary) = (value.Object("data") ?? [], value.Object("binaryData") ?? []);
        DataRules.Keys(errors, "data", data);
        foreach (var (key, _) in data)
        {
            if (binary.ContainsKey(key))
            {
                errors.Invalid($"data[{key}]", key, "duplicate of key present in binaryData");
            }
        }

        DataRules.Keys(errors, "binaryData", binary);

        // The unnamed path is upstream's.
        DataRules.Size(errors, "[]", DataRules.TextSize(data) + DataRules.DecodedSize(binary));
    }

    public static void Update(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        DataRules.Immutable(errors, updated, old, "data", "binaryData");
        Create(errors, updated);
    }
}
