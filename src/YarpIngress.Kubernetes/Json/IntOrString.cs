using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace YarpIngress.Kubernetes;

/// <summary>A port by number or by name, as the API writes it: a JSON number or a JSON string.</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public sealed record IntOrString(string Value)
{
    /// <summary>The number, or null when this is a name.</summary>
    public int? Number { get; } = int.TryParse(Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A port by number.</summary>
    public static implicit operator IntOrString(int value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A port by name.</summary>
    public static implicit operator IntOrString(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

internal sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : reader.GetString()!;

    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        if (value.Number is { } number)
            writer.WriteNumberValue(number);
        else
            writer.WriteStringValue(value.Value);
    }
}
