using System.Buffers;
using System.Text.Json;

namespace YarpIngress.Kubernetes;

/// <summary>As much as can be read of an object's identity when the object as a whole can't.</summary>
internal readonly record struct ObjectIdentity(string? Namespace, string? Name, string? ResourceVersion, string? Uid)
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = JsonDepth.Max };

    public static ObjectIdentity Read(ReadOnlySequence<byte> json)
    {
        var reader = new Utf8JsonReader(json, Deep);
        var identity = default(ObjectIdentity);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return identity;

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var metadata = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            if (metadata && reader.TokenType == JsonTokenType.StartObject)
                identity = ReadMetadata(ref reader);
            else
                reader.Skip();
        }

        return identity;
    }

    private static ObjectIdentity ReadMetadata(ref Utf8JsonReader reader)
    {
        var identity = default(ObjectIdentity);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, space) = (reader.ValueTextEquals("name"u8), reader.ValueTextEquals("namespace"u8));
            var (version, uid) = (reader.ValueTextEquals("resourceVersion"u8), reader.ValueTextEquals("uid"u8));
            reader.Read();
            if (name)
                identity = identity with { Name = Text(ref reader) };
            else if (space)
                identity = identity with { Namespace = Text(ref reader) };
            else if (version)
                identity = identity with { ResourceVersion = Text(ref reader) };
            else if (uid)
                identity = identity with { Uid = Text(ref reader) };
            reader.Skip();
        }

        return identity;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            return null;

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Not UTF-8, or half of a surrogate pair: then there is no name.
            return null;
        }
    }
}

/// <summary>How deep JSON may nest before we stop looking: far beyond any object, and reading it takes no stack.</summary>
internal static class JsonDepth
{
    public const int Max = 10_000;
}
