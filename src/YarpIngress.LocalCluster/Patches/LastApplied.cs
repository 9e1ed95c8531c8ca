using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>
/// Moves objects from client-side to server-side apply, for the manager <c>kubectl</c> only: fields that the last-applied annotation
/// explains are taken over without a conflict, and the annotation is kept up to date.
/// </summary>
internal static class LastApplied
{
    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    public static bool IsKubectl(string manager) => manager == "kubectl";

    /// <summary>Runs the apply; when all conflicts are on fields that client-side apply set, runs it again with force.</summary>
    public static JsonObject Resolve(JsonObject? live, FieldType? type, bool force, Func<bool, JsonObject> run)
    {
        try
        {
            return run(force);
        }
        catch (ApplyConflictException conflict) when (Allowed(live, type) is { } allowed)
        {
            var left = conflict.Conflicts.Where(c => !allowed.Contains(c.Field)).ToList();
            if (left.Count > 0)
            {
                throw new ApplyConflictException(left);
            }
        }

        return run(true);
    }

    /// <summary>Rewrites the annotation of an object that has one.</summary>
    public static void Refresh(string manager, JsonObject applied, JsonObject result)
    {
        if (!IsKubectl(manager) || result.Object("metadata").Object("annotations") is not { } annotations
            || !annotations.ContainsKey(Annotation))
        {
            return;
        }

        var configuration = applied.DeepClone().AsObject();
        configuration.Object("metadata").Object("annotations")?.Remove(Annotation);
        annotations[Annotation] = configuration.ToJsonString() + "\n";
    }

    // The fields that the live object still has as the annotation says.
    private static HashSet<string>? Allowed(JsonObject? live, FieldType? type)
    {
        if (live.Object("metadata").Object("annotations").String(Annotation) is not { } text)
        {
            return null;
        }

        try
        {
            if (JsonNode.Parse(text) is not JsonObject configuration)
            {
                return null;
            }

            var change = FieldWalk.Compare(type, live, configuration, null);
            var same = FieldWalk.FieldsOf(type, configuration, null).Except(change.Added).Except(change.Modified).Except(change.Removed);
            return [.. same.Paths()];
        }
        catch (JsonException)
        {
            // Anyone may write the annotation; one that is no JSON explains nothing, so the conflicts stand.
            return null;
        }
    }
}
