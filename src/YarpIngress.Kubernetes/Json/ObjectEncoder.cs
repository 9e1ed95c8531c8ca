using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>Writes what is sent to the server.</summary>
internal static class ObjectEncoder
{
    /// <summary>An object, with its kind and version.</summary>
    public static byte[] Encode<T>(T value)
        where T : class, IKubernetesObject<T>
    {
        // The server wants both; the object itself is shared and stays as it is.
        var json = JsonSerializer.SerializeToNode(value, T.Resource.JsonType)!.AsObject();
        json["apiVersion"] = T.Resource.ApiVersion;
        json["kind"] = T.Resource.Kind;
        return Encode(json);
    }

    /// <summary>Any JSON.</summary>
    public static byte[] Encode(JsonNode json)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            json.WriteTo(writer);
        return buffer.ToArray();
    }
}
