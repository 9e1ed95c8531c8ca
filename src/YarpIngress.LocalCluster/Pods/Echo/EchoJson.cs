using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.LocalCluster.Pods.Echo;

/// <summary>The echo answer.</summary>
internal static class EchoJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(HttpContext context, EchoPod pod, ReadOnlySpan<byte> body)
    {
        var request = context.Request;
        var (path, query) = Target(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("pod", pod.Identity.Name);
            json.WriteString("service", pod.Identity.Service ?? pod.ServiceOf(context.Connection.LocalPort));
            json.WriteString("namespace", pod.Identity.Namespace);
            json.WriteString("ingress", pod.Identity.Ingress);
            json.WriteString("method", request.Method);
            json.WriteString("path", path);
            json.WriteString("query", query);
            json.WriteString("host", request.Host.Value ?? "");
            json.WriteString("proto", Protocol(request.Protocol));
            WriteHeaders(json, request.Headers);
            json.WriteString("body", Encoding.UTF8.GetString(body));
            json.WriteBoolean("tls", request.IsHttps);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    /// <summary>Path and query byte for byte; of a target in absolute form, what follows the authority.</summary>
    public static (string Path, string Query) Target(string raw)
    {
        if (!raw.StartsWith('/') && raw.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
        {
            var path = raw.AsSpan(scheme + 3).IndexOfAny('/', '?');
            raw = path < 0 ? "/" : raw[(scheme + 3 + path)..];
        }

        var query = raw.IndexOf('?');
        return query < 0 ? (raw, "") : (raw[..query], raw[(query + 1)..]);
    }

    // As Go's servers write it, which the public conformance tests expect.
    private static string Protocol(string protocol) => HttpProtocol.IsHttp2(protocol) ? "HTTP/2.0" : protocol;

    private static void WriteHeaders(Utf8JsonWriter json, IHeaderDictionary headers)
    {
        json.WriteStartObject("headers");
        foreach (var (name, values) in headers)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
                json.WriteStringValue(value);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
