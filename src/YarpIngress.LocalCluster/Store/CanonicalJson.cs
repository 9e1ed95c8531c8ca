using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Store;

/// <summary>Writes objects in the order of upstream's structs, so that the same object is the same bytes whoever sent it.</summary>
internal static class CanonicalJson
{
    private static readonly string[] TopLevel = ["kind", "apiVersion", "metadata", "spec", "status"];

    private static readonly string[] Metadata =
    [
        "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers", "managedFields",
    ];

    public static JsonWriterOptions WriterOptions { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 1000 };

    public static byte[] Write(JsonObject value)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
            WriteOrdered(writer, value, TopLevel);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteOrdered(Utf8JsonWriter writer, JsonObject value, string[] order)
    {
        writer.WriteStartObject();
        foreach (var name in order)
        {
            if (value.TryGetPropertyValue(name, out var node) && node is not null)
                WriteProperty(writer, name, node, order);
        }
        foreach (var (name, node) in value)
        {
            if (node is not null && Array.IndexOf(order, name) < 0)
                WriteProperty(writer, name, node, order);
        }
        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, string name, JsonNode node, string[] order)
    {
        writer.WritePropertyName(name);
        if (ReferenceEquals(order, TopLevel) && name == "metadata" && node is JsonObject metadata)
            WriteOrdered(writer, metadata, Metadata);
        else
            node.WriteTo(writer);
    }
}
