using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.OpenApi;

namespace YarpIngress.LocalCluster.Discovery;

/// <summary>Serves the OpenAPI documents, with tags so that clients keep them.</summary>
internal static class OpenApiRoute
{
    // Old clients ask with an at sign, which they cannot read as a Content-Type; newer ones with a dot.
    private const string ProtobufOld = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    private const string Protobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    private const string Version3 = "/openapi/v3";

    private static readonly ConcurrentDictionary<string, string> Tags = new(StringComparer.Ordinal);

    /// <summary>Answers a GET below <c>/openapi</c>; null when the path is none of its.</summary>
    public static Task? TryHandle(HttpContext http, string path)
    {
        path = path.TrimEnd('/');
        if (path == "/openapi/v2")
            return HandleV2Async(http);
        if (path == Version3)
            return SendAsync(http, path, Encoding.UTF8.GetBytes(OpenApiDocuments.V3Index().ToJsonString()), "application/json");
        if (!path.StartsWith(Version3 + "/", StringComparison.Ordinal))
            return null;
        var document = OpenApiDocuments.V3(path[(Version3.Length + 1)..]) ?? throw ApiError.NoSuchResource();
        if (http.Request.Query.ContainsKey("hash"))
            http.Response.Headers.Expires = DateTimeOffset.UtcNow.AddYears(1).ToString("R");
        return SendAsync(http, path, document, "application/json");
    }

    private static Task HandleV2Async(HttpContext http)
    {
        var accept = http.Request.Headers.Accept.ToString();
        if (accept.Length == 0)
            return SendAsync(http, "v2", OpenApiDocuments.V2Json(), "application/json");
        foreach (var (type, _) in Negotiation.Clauses(accept))
        {
            switch (type)
            {
                case Protobuf or ProtobufOld:
                    return SendAsync(http, "v2 protobuf", OpenApiDocuments.V2Protobuf(), Protobuf);
                case "application/json" or "*/*" or "application/*":
                    return SendAsync(http, "v2", OpenApiDocuments.V2Json(), "application/json");
            }
        }
        throw ApiError.NotAcceptable(["application/json", Protobuf]);
    }

    private static async Task SendAsync(HttpContext http, string name, byte[] bytes, string contentType)
    {
        var tag = Tags.GetOrAdd(name, _ => $"\"{Convert.ToHexString(SHA512.HashData(bytes))}\"");
        http.Response.Headers.ETag = tag;
        http.Response.Headers.Vary = "Accept";
        if (http.Request.Headers.IfNoneMatch.Contains(tag))
        {
            http.Response.StatusCode = 304;
            return;
        }
        http.Response.ContentType = contentType;
        http.Response.ContentLength = bytes.Length;
        await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
    }
}
