using System.Buffers;
using System.Text.Json;

namespace YarpIngress.Kubernetes;

/// <summary>Takes <c>{"type":…,"object":…}</c> apart without decoding the object.</summary>
internal static class WatchEnvelope
{
    public static (string? Type, ReadOnlySequence<byte> Object) Read(ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = JsonDepth.Max });
        string? type = null;
        ReadOnlySequence<byte>? value = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("an event is not an object");

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isObject) = (reader.ValueTextEquals("type"u8), reader.ValueTextEquals("object"u8));
            reader.Read();
            var start = reader.TokenStartIndex;
            if (isType && reader.TokenType == JsonTokenType.String)
                type = reader.GetString();
            reader.Skip();
            if (isObject)
                value = line.Slice(start, reader.BytesConsumed - start);
        }

        // Reads on to the end, so that a line with more behind it is not taken for an event.
        if (reader.Read() || value is null)
            throw new JsonException("an event without an object");
        return (type, value.Value);
    }
}
