using System.Text.Json;
using System.Text.Json.Nodes;

namespace YarpIngress.Chart.Tests.Values;

/// <summary>The table of values in the chart's README.</summary>
internal static class ValuesTable
{
    private const string Begin = "<!-- made of values.yaml: ./build.sh golden -->";
    private const string End = "<!-- end -->";

    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The README with the table of these values.</summary>
    public static string In(string readme, CommentedValues values)
    {
        var begin = readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = readme.IndexOf(End, StringComparison.Ordinal);
        return $"{readme[..begin]}\n| key | default | |\n|---|---|---|\n{string.Concat(Rows(values, values.Values, []))}{readme[end..]}";
    }

    /// <summary>Keys that neither have a comment themselves nor are below one.</summary>
    public static IEnumerable<string> Undocumented(CommentedValues values) => Undocumented(values, values.Values, []);

    private static IEnumerable<string> Rows(CommentedValues values, JsonObject map, string[] path)
    {
        foreach (var (key, value) in map)
        {
            string[] here = [.. path, key];
            if (values.Of(here) is { Doc.Length: > 0 } comment)
                yield return $"| `{string.Join('.', here)}` | `{value?.ToJsonString(Plain) ?? "null"}` | {comment.Doc.Replace("|", "\\|", StringComparison.Ordinal)} |\n";
            if (value is JsonObject inner)
                foreach (var row in Rows(values, inner, here))
                    yield return row;
        }
    }

    private static IEnumerable<string> Undocumented(CommentedValues values, JsonObject map, string[] path) =>
        map.Where(pair => values.Of([.. path, pair.Key]) is not { Doc.Length: > 0 }).SelectMany(pair => pair.Value is JsonObject { Count: > 0 } inner
            ? Undocumented(values, inner, [.. path, pair.Key])
            : [string.Join('.', [.. path, pair.Key])]);
}
