using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>One object out of its JSON. Whatever is wrong with it stays with it.</summary>
public static class ObjectDecoder
{
    /// <summary>An object that came as a JSON tree, such as from a manifest. Exactly one of the two is set.</summary>
    public static (T? Object, MalformedObject? Malformed) Decode<T>(JsonNode json)
        where T : class, IKubernetesObject<T>
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            json.WriteTo(writer);
        return Decode<T>(new ReadOnlySequence<byte>(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>An object as text. Exactly one of the two is set.</summary>
    public static (T? Object, MalformedObject? Malformed) Decode<T>(ReadOnlySequence<byte> json)
        where T : class, IKubernetesObject<T>
    {
        string error;
        try
        {
            var reader = new Utf8JsonReader(json);
            var value = JsonSerializer.Deserialize(ref reader, T.Resource.JsonType);
            if (value is null || Problem(value) is not null)
            {
                error = value is null ? "is null" : Problem(value)!;
            }
            else if (NullItem.Find(json) is not null && NullItem.Find(Written(value)) is { } path)
            {
                error = $"{path} is null";
            }
            else
            {
                // List answers leave these out of their items; the same two strings serve all objects.
                value.Kind = T.Resource.Kind;
                value.ApiVersion = T.Resource.ApiVersion;
                return (value, null);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            error = Describe(e);
        }

        var identity = ObjectIdentity.Read(json);
        return (null, new MalformedObject
        {
            Kind = T.Resource.Kind,
            Key = identity.Name is { Length: > 0 } name ? new ObjectKey(identity.Namespace ?? "", name) : null,
            ResourceVersion = identity.ResourceVersion,
            Uid = identity.Uid,
            Error = error,
        });
    }

    /// <summary>Written again, it holds only what the model has: nulls elsewhere are nobody's concern.</summary>
    private static ReadOnlySequence<byte> Written<T>(T value)
        where T : class, IKubernetesObject<T> => new(JsonSerializer.SerializeToUtf8Bytes(value, T.Resource.JsonType));

    private static string? Problem(IKubernetesObject value)
    {
        // The contract says that it is never null; JSON does not care.
        if ((object?)value.Metadata is null)
            return "metadata is null";
        return string.IsNullOrEmpty(value.Metadata.Name) ? "metadata.name is missing" : null;
    }

    /// <summary>Field and what it should have been; the exception's own text may quote the value.</summary>
    private static string Describe(Exception e)
    {
        if (e is not JsonException { Path: { Length: > 2 } path })
            return "is not readable as JSON of its kind";

        var field = path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;
        const string Marker = "could not be converted to ";
        var type = e.Message.IndexOf(Marker, StringComparison.Ordinal);
        if (type < 0)
            return $"{field} has a value of the wrong type or form";

        var rest = e.Message[(type + Marker.Length)..];
        return $"{field} is not {Expected(rest)}";
    }

    private static string Expected(string type)
    {
        bool Is(string name) => type.Contains(name, StringComparison.Ordinal);
        if (Is("Dictionary"))
            return Is("Byte[]") ? "a map of base64 texts" : "a map of texts";
        if (Is("Generic.List"))
            return "a list";
        if (Is("System.String"))
            return "a text";
        if (Is("System.Boolean"))
            return "true or false";
        if (Is("System.Int"))
            return "a whole number";
        if (Is("DateTime"))
            return "a time";
        return Is("IntOrString") ? "a number or a text" : "what the API has there";
    }
}
