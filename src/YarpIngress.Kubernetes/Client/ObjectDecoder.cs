using System.Buffers;
using System.Text.Json;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>One object out of its JSON. Whatever is wrong with it stays with it.</summary>
internal static class ObjectDecoder
{
    /// <summary>Exactly one of the two is set.</summary>
    public static (T? Object, MalformedObject? Malformed) Decode<T>(ReadOnlySequence<byte> json)
        where T : class, IKubernetesObject<T>
    {
        string error;
        try
        {
            var reader = new Utf8JsonReader(json);
            var value = JsonSerializer.Deserialize(ref reader, T.Resource.JsonType);
            if (Problem(value) is { } problem)
            {
                error = problem;
            }
            else if (NullItem.Find(json) is { } path)
            {
                error = $"{path} is null, where the API has only objects";
            }
            else
            {
                // List answers leave these out of their items; the same two strings serve all objects.
                value!.Kind = T.Resource.Kind;
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

    private static string? Problem(IKubernetesObject? value)
    {
        if (value is null)
            return "is null";
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
        return $"{field} is not {Expected(rest[..rest.IndexOf(". ", StringComparison.Ordinal)])}";
    }

    private static string Expected(string type) => type switch
    {
        "System.String" => "a text",
        "System.Boolean" or "System.Nullable`1[System.Boolean]" => "true or false",
        _ when type.Contains("Int", StringComparison.Ordinal) && !type.Contains("IntOrString", StringComparison.Ordinal) => "a whole number",
        _ when type.Contains("DateTime", StringComparison.Ordinal) => "a time",
        _ when type.Contains("Byte[]", StringComparison.Ordinal) => "base64",
        _ when type.Contains("Generic.List", StringComparison.Ordinal) => "a list",
        _ => "what the API has there",
    };
}
