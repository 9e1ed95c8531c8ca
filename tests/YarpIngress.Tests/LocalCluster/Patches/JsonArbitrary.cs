using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace YarpIngress.Tests.LocalCluster.Patches;

/// <summary>Small JSON objects with few names, so that two of them have much in common.</summary>
internal static class JsonArbitrary
{
    private static readonly string[] Names = ["a", "b", "c/d", "e~f", ""];

    public static Arbitrary<JsonObject> Object() => Arb.From(Object(3));

    private static Gen<JsonObject> Object(int depth) =>
        from names in Gen.SubListOf(Names)
        from values in Gen.ArrayOf(Value(depth - 1), Names.Length)
        select new JsonObject(names.Distinct().Select((name, i) => new KeyValuePair<string, JsonNode?>(name, values[i]?.DeepClone())));

    private static Gen<JsonNode?> Value(int depth)
    {
        var scalar = Gen.OneOf(
            Gen.Choose(0, 3).Select(n => (JsonNode?)JsonValue.Create(n)),
            Gen.Elements("x", "y").Select(s => (JsonNode?)JsonValue.Create(s)),
            Gen.Constant((JsonNode?)null));
        return depth == 0
            ? scalar
            : Gen.OneOf(
                scalar,
                Object(depth).Select(o => (JsonNode?)o),
                Gen.ListOf(scalar, 2).Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())])));
    }
}
