using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Protobuf;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Reads request bodies, within the limit.</summary>
internal static class RequestBody
{
    private static readonly string[] Accepted = ["application/json", "application/yaml", ProtobufBody.MediaType];

    /// <summary>All bytes; refuses more than <paramref name="limit"/>.</summary>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int limit, CancellationToken cancellation)
    {
        if (request.ContentLength > limit)
            throw TooLarge(limit);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation).ConfigureAwait(false);
            if (read.Buffer.Length > limit)
                throw TooLarge(limit);
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The body of a create, update or delete as an object, and the fields it gives twice. Null when it is empty.</summary>
    public static async Task<ParsedBody?> ReadObjectAsync(ApiRequest request)
    {
        var bytes = await ReadAsync(request.Http.Request, request.Server.Options.BodyLimit, request.Cancellation).ConfigureAwait(false);
        if (bytes.Length == 0)
            return null;
        return Negotiation.MediaType(request.Http.Request.ContentType) switch
        {
            "" or "application/json" => Parse(bytes, yaml: false),
            "application/yaml" => Parse(bytes, yaml: true),
            ProtobufBody.MediaType => new ParsedBody(ProtobufBody.Parse(bytes), []),
            _ => throw ApiError.UnsupportedMediaType(Accepted),
        };
    }

    /// <summary>Reads JSON, or YAML when it may be.</summary>
    public static ParsedBody Parse(byte[] bytes, bool yaml)
    {
        if (yaml && !LooksLikeJson(bytes))
            return new ParsedBody(YamlBody.Parse(bytes), []);
        try
        {
            var node = Schema.JsonBody.Parse(bytes, out var duplicates);
            return new ParsedBody(node, duplicates);
        }
        catch (JsonException e)
        {
            throw ApiError.BadRequest($"couldn't get version/kind; json parse error: {e.Message}");
        }
    }

    private static bool LooksLikeJson(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.TrimStart(" \t\r\n"u8);
        return start.Length > 0 && start[0] is (byte)'{' or (byte)'[';
    }

    private static ApiError TooLarge(int limit) => ApiError.TooLarge($"Request entity too large: limit is {limit}");
}

/// <summary>A body that was read.</summary>
/// <param name="Node">The JSON.</param>
/// <param name="DuplicateFields">Texts about fields that stand there twice.</param>
internal sealed record ParsedBody(JsonNode? Node, IReadOnlyList<string> DuplicateFields)
{
    /// <summary>The body as an object.</summary>
    public JsonObject Object => Node as JsonObject
        ?? throw ApiError.BadRequest(
            "couldn't get version/kind; json parse error: json: cannot unmarshal the body into Go value of type "
            + "struct { APIVersion string; Kind string }");
}
