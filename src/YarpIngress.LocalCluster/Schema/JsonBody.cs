using System.Text.Json;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>Reads request bodies as the API server does: of duplicate fields the last wins, and strict validation reports them.</summary>
internal static class JsonBody
{
    /// <summary>Parses JSON text. Throws <see cref="JsonException"/> when it is not JSON.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="duplicateFields">Messages such as <c>duplicate field "spec.type"</c>.</param>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, out IReadOnlyList<string> duplicateFields)
    {
        duplicateFields = Duplicates(utf8);
        if (duplicateFields.Count == 0)
        {
            return JsonNode.Parse(utf8);
        }

        // Nodes refuse duplicates when they are first read, so they are dropped by hand.
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        return Read(ref reader);
    }

    /// <summary>The duplicate fields of a JSON text, each once, in order.</summary>
    public static IReadOnlyList<string> Duplicates(ReadOnlySpan<byte> utf8)
    {
        List<string>? found = null;
        var path = new FieldPath();
        var levels = new Stack<Level>();
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    Enter(levels, path);
                    levels.Push(
                        new Level(reader.TokenType == JsonTokenType.StartObject ? new HashSet<string>(StringComparer.Ordinal) : null));
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    levels.Pop();
                    path.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    var name = reader.GetString()!;
                    var level = levels.Peek();
                    level.Field = name;
                    if (!level.Seen!.Add(name))
                    {
                        var message = $"duplicate field \"{path.With(name)}\"";
                        found ??= [];
                        if (!found.Contains(message))
                        {
                            found.Add(message);
                        }
                    }

                    break;
                default:
                    if (levels.TryPeek(out var list))
                    {
                        list.Index++;
                    }

                    break;
            }
        }

        return found ?? [];
    }

    private static void Enter(Stack<Level> levels, FieldPath path)
    {
        if (!levels.TryPeek(out var level))
        {
            path.PushNothing();
        }
        else if (level.Seen is null)
        {
            path.Push(level.Index++);
        }
        else
        {
            path.Push(level.Field!);
        }
    }

    private static JsonNode? Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var node = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    node[name] = Read(ref reader);
                }

                return node;
            case JsonTokenType.StartArray:
                var list = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Add(Read(ref reader));
                }

                return list;
            default:
                using (var value = JsonDocument.ParseValue(ref reader))
                {
                    return value.RootElement.ValueKind == JsonValueKind.Null ? null : JsonValue.Create(value.RootElement.Clone());
                }
        }
    }

    private sealed class Level(HashSet<string>? seen)
    {
        public HashSet<string>? Seen { get; } = seen;

        public string? Field { get; set; }

        public int Index { get; set; }
    }
}
