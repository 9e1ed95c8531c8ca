using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Discovery;

/// <summary>Serves what never changes: versions, groups, resources. Each document is written once.</summary>
internal sealed class DiscoveryDocuments
{
    private static readonly string[] RootPaths =
    [
        "/api", "/api/v1", "/apis", .. ApiGroups.All.Where(g => g.Group.Length > 0)
            .SelectMany(g => new[] { $"/apis/{g.Group}", $"/apis/{g.Group}/{g.Version}" }),
        "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version",
    ];

    private readonly ConcurrentDictionary<(string, string), Document> _written = new();

    /// <summary>Answers a GET on a discovery path; null when the path is none.</summary>
    public Task? TryHandle(HttpContext http, string path)
    {
        var trimmed = path.Length > 1 ? path.TrimEnd('/') : path;
        if (trimmed is "/api" or "/apis" && Aggregated(http, trimmed == "/api") is { } aggregated)
            return SendAsync(http, aggregated);
        JsonObject? json = trimmed.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [] => new JsonObject { ["paths"] = Json.Texts(RootPaths) },
            ["version"] => ServerVersion.Json,
            ["api"] => ApiGroups.Versions($"{http.Connection.LocalIpAddress}:{http.Connection.LocalPort}"),
            ["apis"] => ApiGroups.GroupList(),
            ["apis", var group] => ApiGroups.Group(group),
            ["api", var version] => ApiGroups.ResourceList("", version),
            ["apis", var group, var version] => ApiGroups.ResourceList(group, version),
            _ => null,
        };
        if (json is null)
            return null;
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            throw ApiError.MethodNotAllowed();
        return SendAsync(http, _written.GetOrAdd((trimmed, ""), _ => Document.Of(json, "application/json")));
    }

    private Document? Aggregated(HttpContext http, bool core)
    {
        foreach (var (type, parameters) in Negotiation.Clauses(http.Request.Headers.Accept.ToString()))
        {
            if (type != "application/json")
                continue;
            if (!parameters.TryGetValue("as", out var kind))
                return null;
            if (kind == AggregatedDiscovery.Kind && parameters.GetValueOrDefault("g") == AggregatedDiscovery.Group
                && parameters.GetValueOrDefault("v") is ("v2" or "v2beta1") and var version)
            {
                return _written.GetOrAdd((core ? "/api" : "/apis", version), _ => Document.Of(
                    AggregatedDiscovery.Document(core, version),
                    $"application/json;g={AggregatedDiscovery.Group};v={version};as={AggregatedDiscovery.Kind}"));
            }
        }
        return null;
    }

    private static async Task SendAsync(HttpContext http, Document document)
    {
        http.Response.Headers.Vary = "Accept";
        http.Response.Headers.ETag = document.Tag;
        http.Response.Headers.CacheControl = "public";
        if (http.Request.Headers.IfNoneMatch.Contains(document.Tag))
        {
            http.Response.StatusCode = 304;
            return;
        }
        http.Response.ContentType = document.ContentType;
        http.Response.ContentLength = document.Bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.BodyWriter.WriteAsync(document.Bytes, http.RequestAborted).ConfigureAwait(false);
    }

    private sealed record Document(byte[] Bytes, string ContentType, string Tag)
    {
        public static Document Of(JsonObject json, string contentType)
        {
            var bytes = Encoding.UTF8.GetBytes(json.ToJsonString());
            return new Document(bytes, contentType, $"\"{Convert.ToHexString(SHA512.HashData(bytes))}\"");
        }
    }
}
