using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;
using YarpIngress.LocalCluster.Tables;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Stored objects in the forms that clients ask for.</summary>
internal static class ObjectJson
{
    private static readonly ConcurrentDictionary<ResourceInfo, byte[]> Prefixes = new();

    /// <summary>The object as JSON, in the shape of <paramref name="resource"/>.</summary>
    public static ReadOnlyMemory<byte> Bytes(ResourceInfo resource, StoredObject value) =>
        resource.ViewOf is null ? value.Utf8 : CanonicalJson.Write(EventView.FromStorage(value.ToJson()));

    /// <summary>The object as JSON nodes, in the shape of <paramref name="resource"/>.</summary>
    public static JsonObject Node(ResourceInfo resource, StoredObject value) =>
        resource.ViewOf is null ? value.ToJson() : EventView.FromStorage(value.ToJson());

    /// <summary>The object as an item of a typed list: upstream leaves kind and apiVersion out there.</summary>
    public static void WriteItem(IBufferWriter<byte> output, ResourceInfo resource, StoredObject value)
    {
        var bytes = Bytes(resource, value).Span;
        var prefix = Prefixes.GetOrAdd(
            resource, static r => Encoding.UTF8.GetBytes($"{{\"kind\":\"{r.Kind}\",\"apiVersion\":\"{r.ApiVersion}\","));
        if (!bytes.StartsWith(prefix))
        {
            output.Write(bytes);
            return;
        }
        output.Write("{"u8);
        output.Write(bytes[prefix.Length..]);
    }

    /// <summary>One object in a form.</summary>
    public static byte[] Write(ResourceInfo resource, StoredObject value, OutputFormat format, DateTimeOffset now, bool withColumns = true)
    {
        if (format.Shape == OutputShape.Object)
            return Bytes(resource, value).ToArray();
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, CanonicalJson.WriterOptions))
        {
            if (format.Shape == OutputShape.Metadata)
            {
                WriteMetadata(json, format, value.ToJson());
            }
            else
            {
                var columns = TableColumns.Of(resource);
                TableJson.WriteStart(json, format, ListMetadata(value.Revision), withColumns ? columns : null);
                TableJson.WriteRow(json, format, resource, value, columns, now);
                TableJson.WriteEnd(json);
            }
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A PartialObjectMetadata.</summary>
    public static void WriteMetadata(Utf8JsonWriter json, OutputFormat format, JsonObject value)
    {
        json.WriteStartObject();
        json.WriteString("kind", "PartialObjectMetadata");
        json.WriteString("apiVersion", $"meta.k8s.io/{format.Version}");
        json.WritePropertyName("metadata");
        ObjectMetadata.Of(value).Json.WriteTo(json);
        json.WriteEndObject();
    }

    public static JsonObject ListMetadata(long revision, string? next = null, long? remaining = null)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        if (next is not null)
            metadata["continue"] = next;
        if (remaining is not null)
            metadata["remainingItemCount"] = remaining;
        return metadata;
    }
}
