using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Tables;

/// <summary>Writes meta.k8s.io Tables.</summary>
internal static class TableJson
{
    /// <summary>Everything up to the rows.</summary>
    /// <param name="json">Writer.</param>
    /// <param name="format">The negotiated form.</param>
    /// <param name="metadata">List metadata.</param>
    /// <param name="columns">Null in later events of a watch: the client has them.</param>
    public static void WriteStart(Utf8JsonWriter json, OutputFormat format, JsonObject metadata, IReadOnlyList<TableColumn>? columns)
    {
        json.WriteStartObject();
        json.WriteString("kind", "Table");
        json.WriteString("apiVersion", $"meta.k8s.io/{format.Version}");
        json.WritePropertyName("metadata");
        metadata.WriteTo(json);
        if (columns is null)
        {
            json.WriteNull("columnDefinitions");
        }
        else
        {
            json.WriteStartArray("columnDefinitions");
            foreach (var column in columns)
                WriteColumn(json, column);
            json.WriteEndArray();
        }
        json.WriteStartArray("rows");
    }

    public static void WriteEnd(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteRow(
        Utf8JsonWriter json, OutputFormat format, ResourceInfo resource, StoredObject value, IReadOnlyList<TableColumn> columns,
        DateTimeOffset now)
    {
        var row = new TableRow(value.ToJson(), now);
        json.WriteStartObject();
        json.WriteStartArray("cells");
        foreach (var column in columns)
        {
            if (column.Cell(row) is { } cell)
                cell.WriteTo(json);
            else
                json.WriteNullValue();
        }
        json.WriteEndArray();
        if (resource == ResourceCatalog.Pods && row.Text("status", "phase") is "Succeeded" or "Failed")
            WriteCompleted(json, row.Text("status", "phase"));
        switch (format.Include)
        {
            case IncludeObject.Metadata:
                json.WritePropertyName("object");
                ObjectJson.WriteMetadata(json, format, row.Object);
                break;
            case IncludeObject.Object:
                json.WritePropertyName("object");
                json.WriteRawValue(ObjectJson.Bytes(resource, value).Span, skipInputValidation: true);
                break;
            case IncludeObject.None:
                json.WriteNull("object");
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteColumn(Utf8JsonWriter json, TableColumn column)
    {
        json.WriteStartObject();
        json.WriteString("name", column.Name);
        json.WriteString("type", column.Type);
        json.WriteString("format", column.Format);
        json.WriteString("description", column.Name);
        json.WriteNumber("priority", column.Wide ? 1 : 0);
        json.WriteEndObject();
    }

    private static void WriteCompleted(Utf8JsonWriter json, string phase)
    {
        json.WriteStartArray("conditions");
        json.WriteStartObject();
        json.WriteString("type", "Completed");
        json.WriteString("status", "True");
        json.WriteString("reason", phase);
        json.WriteString("message", phase == "Failed" ? "The pod failed." : "The pod has completed successfully.");
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
