using System.Security.Cryptography;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.OpenApi;

/// <summary>The OpenAPI documents, each made once.</summary>
internal static class OpenApiDocuments
{
    private static readonly Lazy<JsonObject> Version2 = new(MakeV2);
    private static readonly Lazy<byte[]> Version2Json = new(() => Json.ToUtf8(Version2.Value));
    private static readonly Lazy<byte[]> Version2Protobuf = new(() => OpenApiProtobuf.Encode(Version2.Value));
    private static readonly Lazy<Dictionary<string, byte[]>> Version3 = new(MakeV3);
    private static readonly Lazy<byte[]> Version3Index = new(() => Json.ToUtf8(MakeV3Index()));

    private static IEnumerable<KindSchema> Served => SchemaCatalog.Kinds.Where(k => k.Plural != "-");

    /// <summary>The v2 document as JSON.</summary>
    public static byte[] V2Json() => Version2Json.Value;

    /// <summary>The v2 document as <c>openapi.v2.Document</c>, the only form that kubectl before 1.25 reads.</summary>
    public static byte[] V2Protobuf() => Version2Protobuf.Value;

    /// <summary>What <c>/openapi/v3</c> answers: the documents with their hashes.</summary>
    public static JsonObject V3Index() => JsonNode.Parse(Version3Index.Value)!.AsObject();

    /// <summary>One v3 document by its path below <c>/openapi/v3/</c>, such as <c>apis/apps/v1</c>; null when there is none.</summary>
    public static byte[]? V3(string groupVersionPath) => Version3.Value.GetValueOrDefault(groupVersionPath.Trim('/'));

    private static JsonObject MakeV2()
    {
        var definitions = new Definitions(version3: false);
        var operations = new Operations(version3: false, definitions);
        var paths = new JsonObject();
        foreach (var kind in Served)
        {
            definitions.Add(kind);
            operations.Add(paths, kind);
        }

        return new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1" },
            ["paths"] = paths,
            ["definitions"] = definitions.ToJson(),
        };
    }

    private static Dictionary<string, byte[]> MakeV3()
    {
        var documents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var groupVersion in Served.GroupBy(k => k.ApiVersion))
        {
            var definitions = new Definitions(version3: true);
            var operations = new Operations(version3: true, definitions);
            var paths = new JsonObject();
            foreach (var kind in groupVersion)
            {
                definitions.Add(kind);
                operations.Add(paths, kind);
            }

            documents[PathOf(groupVersion.Key)] = Json.ToUtf8(new JsonObject
            {
                ["openapi"] = "3.0.0",
                ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1" },
                ["paths"] = paths,
                ["components"] = new JsonObject { ["schemas"] = definitions.ToJson() },
            });
        }

        return documents;
    }

    private static JsonObject MakeV3Index()
    {
        var paths = new JsonObject();
        foreach (var (path, document) in Version3.Value.OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            var hash = Convert.ToHexString(SHA512.HashData(document));
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={hash}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    private static string PathOf(string apiVersion) =>
        apiVersion.Contains('/', StringComparison.Ordinal) ? $"apis/{apiVersion}" : $"api/{apiVersion}";
}
