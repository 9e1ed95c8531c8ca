using System.Buffers;
using System.Text;
using System.Text.Json;
using YarpIngress.LocalCluster.Store;
using YarpIngress.LocalCluster.Tables;

namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>GET on a collection, streamed.</summary>
internal static class ListRoute
{
    private const int FlushSize = 64 << 10;

    public static Task HandleAsync(ApiRequest request)
    {
        var format = request.Output;
        var list = request.Api.List(request.Resource, request.Namespace, request.ListOptions());
        return SendAsync(request, list, format);
    }

    /// <summary>Writes a list; also what a deletecollection answers.</summary>
    public static async Task SendAsync(ApiRequest request, ListResult list, OutputFormat format)
    {
        var response = request.Http.Response;
        var buffer = new ArrayBufferWriter<byte>(FlushSize);
        if (format.Yaml)
        {
            foreach (var _ in Write(buffer, request, list, format))
            {
            }
            await Answers.SendAsync(request.Http, 200, buffer.WrittenMemory, yaml: true).ConfigureAwait(false);
            return;
        }
        response.ContentType = format.ContentType;
        response.Headers.CacheControl = "no-cache, private";
        foreach (var _ in Write(buffer, request, list, format))
        {
            if (buffer.WrittenCount < FlushSize)
                continue;
            await response.BodyWriter.WriteAsync(buffer.WrittenMemory, request.Cancellation).ConfigureAwait(false);
            buffer.ResetWrittenCount();
        }
        await response.BodyWriter.WriteAsync(buffer.WrittenMemory, request.Cancellation).ConfigureAwait(false);
    }

    /// <summary>Writes step by step: one step for each item.</summary>
    private static IEnumerable<int> Write(ArrayBufferWriter<byte> output, ApiRequest request, ListResult list, OutputFormat format)
    {
        var metadata = ObjectJson.ListMetadata(list.Revision, list.Continue, list.Remaining);
        return format.Shape switch
        {
            OutputShape.Table => WriteTable(output, request, list, format, metadata),
            OutputShape.Metadata => WriteItems(
                output,
                Header("PartialObjectMetadataList", $"meta.k8s.io/{format.Version}", metadata),
                list.Items,
                value => output.Write(ObjectJson.Write(request.Resource, value, format, default))),
            _ => WriteItems(
                output,
                Header(request.Resource.ListKind, request.Resource.ApiVersion, metadata),
                list.Items,
                value => ObjectJson.WriteItem(output, request.Resource, value)),
        };
    }

    private static IEnumerable<int> WriteItems(
        ArrayBufferWriter<byte> output, string header, IReadOnlyList<StoredObject> items, Action<StoredObject> write)
    {
        output.Write(Encoding.UTF8.GetBytes(header));
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);
            write(items[i]);
            yield return i;
        }
        output.Write("]}\n"u8);
        yield return items.Count;
    }

    private static IEnumerable<int> WriteTable(
        ArrayBufferWriter<byte> output, ApiRequest request, ListResult list, OutputFormat format,
        System.Text.Json.Nodes.JsonObject metadata)
    {
        var columns = TableColumns.Of(request.Resource);
        var now = request.Server.Time.GetUtcNow();
        using var json = new Utf8JsonWriter(output, CanonicalJson.WriterOptions);
        TableJson.WriteStart(json, format, metadata, columns);
        for (var i = 0; i < list.Items.Count; i++)
        {
            TableJson.WriteRow(json, format, request.Resource, list.Items[i], columns, now);
            json.Flush();
            yield return i;
        }
        TableJson.WriteEnd(json);
        json.Flush();
        yield return list.Items.Count;
    }

    private static string Header(string kind, string apiVersion, System.Text.Json.Nodes.JsonObject metadata) =>
        $"{{\"kind\":\"{kind}\",\"apiVersion\":\"{apiVersion}\",\"metadata\":{metadata.ToJsonString()},\"items\":[";
}
