using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.OpenApi;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.Tests.LocalCluster.Schema;

public class OpenApiTests
{
    private static readonly JsonObject V2 = JsonNode.Parse(OpenApiDocuments.V2Json())!.AsObject();

    public static TheoryData<string> V3Paths => [.. OpenApiDocuments.V3Index()["paths"]!.AsObject().Select(p => p.Key)];

    [Fact]
    public void Every_reference_of_v2_resolves()
    {
        var definitions = V2["definitions"]!.AsObject();
        Assert.All(References(V2), r => Assert.True(definitions.ContainsKey(r.Replace("#/definitions/", "", StringComparison.Ordinal)), r));
    }

    [Theory]
    [MemberData(nameof(V3Paths))]
    public void Every_reference_of_v3_resolves(string path)
    {
        var document = JsonNode.Parse(OpenApiDocuments.V3(path)!)!;
        var schemas = document["components"]!["schemas"]!.AsObject();
        Assert.All(
            References(document),
            r => Assert.True(schemas.ContainsKey(r.Replace("#/components/schemas/", "", StringComparison.Ordinal)), r));
    }

    [Fact]
    public void The_index_names_every_group_version_with_a_hash()
    {
        var paths = OpenApiDocuments.V3Index()["paths"]!.AsObject();
        Assert.Contains("api/v1", paths);
        Assert.Contains("apis/networking.k8s.io/v1", paths);
        Assert.All(paths, p => Assert.StartsWith(
            $"/openapi/v3/{p.Key}?hash=", p.Value!["serverRelativeURL"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    // kubectl decides by these whether --dry-run=server and strict validation are possible.
    [Fact]
    public void Every_kind_can_be_patched_with_dry_run_and_validation()
    {
        foreach (var kind in SchemaCatalog.Kinds.Where(k => k.Plural != "-"))
        {
            var patches = V2["paths"]!.AsObject().Select(p => p.Value!["patch"]).OfType<JsonObject>()
                .Where(p => p["x-kubernetes-group-version-kind"]!["kind"]!.GetValue<string>() == kind.Kind
                    && p["x-kubernetes-group-version-kind"]!["group"]!.GetValue<string>() == kind.Group)
                .ToList();
            Assert.NotEmpty(patches);
            Assert.All(patches, p => Assert.Superset(
                new HashSet<string> { "dryRun", "fieldManager", "fieldValidation", "force" },
                p["parameters"]!.AsArray().Select(x => x!["name"]!.GetValue<string>()).ToHashSet()));
        }
    }

    [Fact]
    public void Extensions_say_how_to_merge()
    {
        var containers = V2["definitions"]!["io.k8s.api.core.v1.PodSpec"]!["properties"]!["containers"]!;
        Assert.Equal("name", containers["x-kubernetes-patch-merge-key"]!.GetValue<string>());
        Assert.Equal("merge", containers["x-kubernetes-patch-strategy"]!.GetValue<string>());
        Assert.Equal("map", containers["x-kubernetes-list-type"]!.GetValue<string>());
        Documents.AssertSame(JsonNode.Parse("""["name"]"""), containers["x-kubernetes-list-map-keys"]);
        Documents.AssertSame(
            JsonNode.Parse("""[{"group":"networking.k8s.io","kind":"Ingress","version":"v1"}]"""),
            V2["definitions"]!["io.k8s.api.networking.v1.Ingress"]!["x-kubernetes-group-version-kind"]);
    }

    [Fact]
    public void The_protobuf_form_says_the_same()
    {
        var document = Message(OpenApiDocuments.V2Protobuf());
        Assert.Equal("2.0", Encoding.UTF8.GetString(document[1].Single()));
        Assert.Equal(V2["paths"]!.AsObject().Select(p => p.Key), Message(document[8].Single())[2].Select(Name));
        var definitions = Message(document[9].Single())[1].ToList();
        Assert.Equal(V2["definitions"]!.AsObject().Select(d => d.Key), definitions.Select(Name));
        foreach (var definition in definitions)
        {
            var expected = V2["definitions"]![Name(definition)]!;
            var schema = Message(Message(definition)[2].Single());
            var properties = schema[25].SelectMany(p => Message(p)[1]).Select(Name);
            Assert.Equal(expected["properties"]?.AsObject().Select(p => p.Key) ?? [], properties);
            Assert.Equal(
                expected["required"]?.AsArray().Select(r => r!.GetValue<string>()) ?? [], schema[19].Select(Encoding.UTF8.GetString));
        }
    }

    private static string Name(byte[] entry) => Encoding.UTF8.GetString(Message(entry)[1].Single());

    // Fields by number; numbers are of no interest here.
    private static ILookup<int, byte[]> Message(byte[] bytes)
    {
        var fields = new List<(int Field, byte[] Value)>();
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Varint();
            var length = (int)Varint();
            if ((tag & 7) == 2)
            {
                fields.Add(((int)(tag >> 3), bytes[at..(at + length)]));
                at += length;
            }
        }

        return fields.ToLookup(f => f.Field, f => f.Value);

        ulong Varint()
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                value |= (ulong)(bytes[at] & 0x7f) << shift;
                if (bytes[at++] < 0x80)
                {
                    return value;
                }
            }
        }
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(
            f => f is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()] : References(f.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
