using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;
using YarpIngress.LocalCluster.Tables;

namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>Watches: one JSON frame per event, as they come.</summary>
internal static class WatchRoute
{
    public static async Task HandleAsync(ApiRequest request)
    {
        var format = request.Output;
        var options = request.ListOptions();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(request.Cancellation, request.Server.Watches.Dropped);
        var response = request.Http.Response;
        var stream = new FrameStream(request, format);
        try
        {
            await using var batches =
                request.Api.WatchBatchesAsync(request.Resource, request.Namespace, options, ends.Token).GetAsyncEnumerator(ends.Token);
            // A bad query is refused at once, with an answer of its own; a version that is too old is an event, as upstream has it.
            var next = batches.MoveNextAsync().AsTask();
            if (next.Exception?.InnerException is ApiError { Code: not 410 })
                await next.ConfigureAwait(false);
            response.ContentType = format.ContentType;
            response.Headers.CacheControl = "no-cache, private";
            await response.StartAsync(ends.Token).ConfigureAwait(false);
            await response.BodyWriter.FlushAsync(ends.Token).ConfigureAwait(false);
            while (await next.ConfigureAwait(false))
            {
                foreach (var item in batches.Current)
                    response.BodyWriter.Write(stream.Frame(item));
                await response.BodyWriter.FlushAsync(ends.Token).ConfigureAwait(false);
                next = batches.MoveNextAsync().AsTask();
            }
        }
        catch (ApiError error) when (response.HasStarted)
        {
            response.BodyWriter.Write(FrameStream.Error(error));
            await response.BodyWriter.FlushAsync(request.Cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!request.Cancellation.IsCancellationRequested)
        {
            // Dropped by the server: the connection breaks, as it does when a server dies.
            request.Http.Abort();
        }
        catch (OperationCanceledException)
        {
            // The client left.
        }
    }

    /// <summary>The frames of one watch. Events' bytes are made once per form and shared with other watches.</summary>
    private sealed class FrameStream(ApiRequest request, OutputFormat format)
    {
        private readonly (ResourceInfo, OutputFormat) _form = (request.Resource, format);
        private bool _columnsSent = format.Shape != OutputShape.Table;

        public byte[] Frame(WatchItem item)
        {
            if (item.Object is not { } value)
                return Encode(WatchEventType.Bookmark, Bookmark(item));
            var withColumns = !_columnsSent;
            _columnsSent = true;
            if (item.Source is not { } source || withColumns)
                return Encode(item.Type, Write(value, withColumns));
            return source.Frame(_form, item.Type, type => Encode(type, Write(value, withColumns: false)));
        }

        public static byte[] Error(ApiError error) => Encode("ERROR", CanonicalJson.Write(error.ToStatus()));

        private byte[] Write(StoredObject value, bool withColumns) =>
            ObjectJson.Write(request.Resource, value, format, request.Server.Time.GetUtcNow(), withColumns);

        private byte[] Bookmark(WatchItem item)
        {
            var metadata = ObjectJson.ListMetadata(item.Revision);
            if (format.Shape == OutputShape.Table)
                return EmptyTable(metadata);
            metadata["creationTimestamp"] = null;
            if (item.EndsInitial)
                metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
            var bookmark = format.Shape == OutputShape.Metadata
                ? new JsonObject
                {
                    ["kind"] = "PartialObjectMetadata",
                    ["apiVersion"] = $"meta.k8s.io/{format.Version}",
                    ["metadata"] = metadata,
                }
                : new JsonObject
                {
                    ["kind"] = request.Resource.Kind,
                    ["apiVersion"] = request.Resource.ApiVersion,
                    ["metadata"] = metadata,
                };
            return Encoding.UTF8.GetBytes(bookmark.ToJsonString());
        }

        private byte[] EmptyTable(JsonObject metadata)
        {
            var buffer = new ArrayBufferWriter<byte>(256);
            using (var json = new Utf8JsonWriter(buffer, CanonicalJson.WriterOptions))
            {
                TableJson.WriteStart(json, format, metadata, null);
                TableJson.WriteEnd(json);
            }
            return buffer.WrittenSpan.ToArray();
        }

        private static byte[] Encode(WatchEventType type, ReadOnlySpan<byte> value) => Encode(type.ToString().ToUpperInvariant(), value);

        private static byte[] Encode(string type, ReadOnlySpan<byte> value)
        {
            var head = Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":");
            var frame = new byte[head.Length + value.Length + 2];
            head.CopyTo(frame, 0);
            value.CopyTo(frame.AsSpan(head.Length));
            frame[^2] = (byte)'}';
            frame[^1] = (byte)'\n';
            return frame;
        }
    }
}
