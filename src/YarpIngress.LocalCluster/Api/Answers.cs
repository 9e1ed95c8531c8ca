using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.Commands;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Writes answers that are small enough to be in memory; lists and watches stream.</summary>
internal static class Answers
{
    public static Task SendAsync(ApiRequest request, int code, StoredObject value) => SendAsync(request, code, value, request.Resource);

    public static Task SendAsync(ApiRequest request, int code, StoredObject value, ResourceInfo shape)
    {
        var format = request.Output;
        return SendAsync(request.Http, code, ObjectJson.Write(shape, value, format, request.Server.Time.GetUtcNow()), format.Yaml);
    }

    public static Task SendAsync(HttpContext http, int code, JsonObject value, bool yaml = false) =>
        SendAsync(http, code, CanonicalJson.Write(value), yaml);

    public static Task SendStatusAsync(HttpContext http, ApiError error)
    {
        if (error.Details?["retryAfterSeconds"] is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString();
        return SendAsync(http, error.Code, CanonicalJson.Write(error.ToStatus()));
    }

    public static Task SendAsync(HttpContext http, int code, ReadOnlyMemory<byte> json, bool yaml = false)
    {
        http.Response.ContentType = yaml ? "application/yaml" : "application/json";
        if (yaml)
        {
            var text = new StringWriter();
            YamlText.Write(text, JsonNode.Parse(json.Span)!.AsObject());
            json = Encoding.UTF8.GetBytes(text.ToString());
        }

        return SendBytesAsync(http, code, json);
    }

    /// <summary>Bytes whose content type is set already.</summary>
    public static async Task SendBytesAsync(HttpContext http, int code, ReadOnlyMemory<byte> bytes)
    {
        http.Response.StatusCode = code;
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers.CacheControl = "no-cache, private";
        await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
    }

    public static Task SendTextAsync(HttpContext http, int code, string text)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return SendBytesAsync(http, code, Encoding.UTF8.GetBytes(text));
    }
}
