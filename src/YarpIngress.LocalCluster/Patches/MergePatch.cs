using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>JSON merge patch, RFC 7386.</summary>
internal static class MergePatch
{
    /// <summary>The patched document; neither argument is changed.</summary>
    public static JsonObject Apply(JsonObject document, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            throw PatchException.Malformed("error decoding patch: a merge patch is a JSON object");
        }

        return Merge(document.DeepClone().AsObject(), changes);
    }

    private static JsonObject Merge(JsonObject target, JsonObject changes)
    {
        foreach (var (name, change) in changes)
        {
            switch (change)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject nested:
                    if (target[name] is JsonObject present)
                    {
                        Merge(present, nested);
                    }
                    else
                    {
                        target[name] = Merge([], nested);
                    }

                    break;
                default:
                    target[name] = change.DeepClone();
                    break;
            }
        }

        return target;
    }
}
