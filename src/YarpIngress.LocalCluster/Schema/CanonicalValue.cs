using System.Globalization;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>Scalars that have several spellings are stored in the one that upstream writes.</summary>
internal static class CanonicalValue
{
    /// <summary>The canonical spelling; null when the value has it.</summary>
    public static JsonNode? Of(FieldShape shape, JsonNode value)
    {
        var text = value.AsString();
        var canonical = shape switch
        {
            FieldShape.Quantity => QuantityText.Canonical(text?.Trim() ?? value.ToJsonString()),
            FieldShape.Time when text is { Length: > 0 } and not [.., 'Z'] or { Length: > 20 } => Time(text, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
            FieldShape.MicroTime when text is { Length: > 0 and not 27 } => Time(text, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
            FieldShape.Bytes when text is not null && text.AsSpan().IndexOfAny("\r\n \t") >= 0 => Convert.ToBase64String(Convert.FromBase64String(text)),
            _ => text,
        };
        return canonical == text ? null : JsonValue.Create(canonical);
    }

    private static string Time(string text, string format) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
