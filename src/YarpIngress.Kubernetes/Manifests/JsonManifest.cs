using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace YarpIngress.Kubernetes;

/// <summary>
/// JSON manifests: one value, or several one after another. Nearly
/// all JSON is YAML too, but tabs and some escapes are not.
/// </summary>
internal static class JsonManifest
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 200 };

    /// <summary>False when the text is not JSON from end to end; the YAML reader then says what is wrong.</summary>
    public static bool TryRead(string text, out List<(JsonNode? Value, long Line)> values)
    {
        values = [];
        if (!text.AsSpan().TrimStart().StartsWith('{'))
            return false;

        var utf8 = Encoding.UTF8.GetBytes(text);
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = Strict.MaxDepth });
            while (reader.Read())
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                var slice = utf8.AsMemory(start..(int)reader.BytesConsumed);
                using var document = JsonDocument.Parse(slice, Strict);
                values.Add((JsonNode.Parse(slice.Span, documentOptions: Strict), 1 + utf8.AsSpan(0, start).Count((byte)'\n')));
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
