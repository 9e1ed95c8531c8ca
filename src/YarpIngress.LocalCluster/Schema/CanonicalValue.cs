using System.Globalization;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>Scalars that have several spellings are stored in the one that upstream writes.</summary>
internal static class CanonicalValue
{
    /// <summary>The canonical spelling; null when the value has it, or is none of its type.</summary>
    public static JsonNode? Of(FieldShape shape, JsonNode value)
    {
        var text = value.AsString();
        var canonical = shape switch
        {
            FieldShape.Quantity => QuantityText.Canonical(text?.Trim() ?? value.ToJsonString()),
            FieldShape.Time when text is { Length: > 0 and not 20 } or [.., not 'Z'] => Time(text, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
            FieldShape.MicroTime when text is { Length: > 0 and not 27 } => Time(text, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
            FieldShape.Bytes when text is not null && text.AsSpan().IndexOfAny("\r\n \t") >= 0 => Base64(text),
            _ => text,
        };
        return canonical == text ? null : JsonValue.Create(canonical);
    }

    private static string Time(string text, string format) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)
            : text;

    private static string Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Convert.ToBase64String(bytes.AsSpan(0, length)) : text;
    }
}
