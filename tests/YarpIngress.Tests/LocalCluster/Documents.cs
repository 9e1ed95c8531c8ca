using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.Tests.LocalCluster;

/// <summary>JSON objects for tests, written as JSON or YAML text.</summary>
internal static class Documents
{
    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    public static KindSchema Schema(string kind) => SchemaCatalog.Kinds.Single(k => k.Kind == kind && k.Group != "events.k8s.io");

    public static void AssertSame(JsonNode? expected, JsonNode? actual)
    {
        if (!JsonNode.DeepEquals(expected, actual))
        {
            Assert.Equal(expected?.ToJsonString(), actual?.ToJsonString());
        }
    }
}
