using System.Buffers;
using System.Text.Json;

namespace YarpIngress.Kubernetes;

/// <summary>
/// Finds <c>[null]</c>. No API server sends it in fields that we know, but a decoded list with a null in it would end
/// whoever reads it, and the decoder has no setting against it.
/// </summary>
internal static class NullItem
{
    /// <summary>Path of the first one; null when there is none.</summary>
    public static string? Find(ReadOnlySequence<byte> json)
    {
        if (!MayHoldNull(json))
            return null;

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonDepth.Max });
        var path = new Stack<(string? Field, int Index)>();
        string? field = null;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    field = reader.GetString();
                    continue;
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    CountItem(path);
                    path.Push((field, reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
                    field = null;
                    continue;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    path.Pop();
                    continue;
                case JsonTokenType.Null when path.TryPeek(out var parent) && parent.Index >= 0:
                    return string.Concat(path.Reverse().Select((step, depth) => Step(step, depth))) + $"[{parent.Index}]";
                default:
                    CountItem(path);
                    continue;
            }
        }

        return null;
    }

    private static string Step((string? Field, int Index) step, int depth) =>
        step.Field is null ? "" : (depth > 1 ? "." : "") + step.Field;

    private static void CountItem(Stack<(string? Field, int Index)> path)
    {
        if (path.TryPeek(out var parent) && parent.Index >= 0)
        {
            path.Pop();
            path.Push((parent.Field, parent.Index + 1));
        }
    }

    /// <summary>Most objects hold no null at all, which is quick to see.</summary>
    private static bool MayHoldNull(ReadOnlySequence<byte> json)
    {
        if (!json.IsSingleSegment)
            return true;
        return json.FirstSpan.IndexOf("null"u8) >= 0;
    }
}
