using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using YarpIngress.LocalCluster.Patches;

namespace YarpIngress.Tests.LocalCluster.Patches;

public class JsonPatchTests
{
    // RFC 6902, appendix A.
    [Theory]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux"}]""", """{"baz":"qux","foo":"bar"}""")]
    [InlineData("""{"foo":["bar","baz"]}""", """[{"op":"add","path":"/foo/1","value":"qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"remove","path":"/baz"}]""", """{"foo":"bar"}""")]
    [InlineData("""{"foo":["bar","qux","baz"]}""", """[{"op":"remove","path":"/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"replace","path":"/baz","value":"boo"}]""", """{"baz":"boo","foo":"bar"}""")]
    [InlineData(
        """{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}""",
        """[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]""",
        """{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}""")]
    [InlineData("""{"foo":["all","grass","cows","eat"]}""", """[{"op":"move","from":"/foo/1","path":"/foo/3"}]""", """{"foo":["all","cows","eat","grass"]}""")]
    [InlineData(
        """{"baz":"qux","foo":["a",2,"c"]}""",
        """[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]""",
        """{"baz":"qux","foo":["a",2,"c"]}""")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/child","value":{"grandchild":{}}}]""", """{"foo":"bar","child":{"grandchild":{}}}""")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux","xyz":123}]""", """{"foo":"bar","baz":"qux"}""")]
    [InlineData("""{"foo":["bar"]}""", """[{"op":"add","path":"/foo/-","value":["abc","def"]}]""", """{"foo":["bar",["abc","def"]]}""")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":10},{"op":"remove","path":"/~1"}]""", """{"~1":10}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"copy","from":"/a","path":"/c"}]""", """{"a":{"b":1},"c":{"b":1}}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":{"b":2}}]""", """{"b":2}""")]
    [InlineData("""{"a":[1,2]}""", """[{"op":"remove","path":"/a/-1"}]""", """{"a":[1]}""")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/b","value":null}]""", """{"a":1}""")]
    public void Applies(string document, string patch, string expected)
    {
        var original = Documents.Json(document);
        Documents.AssertSame(Documents.Json(expected), JsonPatch.Apply(original, JsonNode.Parse(patch)));
        Documents.AssertSame(Documents.Json(document), original);
    }

    [Theory]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz/bat","value":"qux"}]""", "add operation does not apply: doc is missing path: \"/baz/bat\": missing value")]
    [InlineData("""{"baz":"qux"}""", """[{"op":"test","path":"/baz","value":"bar"}]""", "testing value /baz failed: test failed")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":"10"}]""", "testing value /~01 failed: test failed")]
    [InlineData("""{}""", """[{"op":"remove","path":"/a"}]""", "error in remove for path: '/a': Unable to remove nonexistent key: a: missing value")]
    [InlineData("""{}""", """[{"op":"replace","path":"/a","value":1}]""", "replace operation does not apply: doc is missing key: /a: missing value")]
    [InlineData("""{}""", """[{"op":"move","from":"/a","path":"/b"}]""", "move operation does not apply: doc is missing from path: /a: missing value")]
    [InlineData("""{"a":[]}""", """[{"op":"add","path":"/a/2","value":1}]""", "error in add for path: '/a/2': Unable to access invalid index: 2: invalid index referenced")]
    [InlineData("""{}""", """[{"op":"jump","path":"/a"}]""", "Unexpected kind: jump")]
    public void Refuses_what_does_not_apply(string document, string patch, string error)
    {
        var thrown = Assert.Throws<PatchException>(() => JsonPatch.Apply(Documents.Json(document), JsonNode.Parse(patch)));
        Assert.Equal((422, error), (thrown.StatusCode, thrown.Message));
    }

    [Fact]
    public void Too_many_operations_are_refused()
    {
        var patch = new JsonArray([.. Enumerable.Range(0, 10_001).Select(_ => Documents.Json("""{"op":"test","path":"/a","value":null}"""))]);
        Assert.Equal(413, Assert.Throws<PatchException>(() => JsonPatch.Apply([], patch)).StatusCode);
    }

    [Fact]
    public void A_diff_applied_gives_the_other_document() => Prop.ForAll(
        JsonArbitrary.Object(),
        JsonArbitrary.Object(),
        (left, right) =>
        {
            var patch = new JsonArray();
            Diff("", left, right, patch);
            Documents.AssertSame(right, JsonPatch.Apply(left, patch));
        }).QuickCheckThrowOnFailure();

    private static void Diff(string path, JsonObject left, JsonObject right, JsonArray patch)
    {
        foreach (var (name, value) in left)
        {
            var at = $"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            if (!right.TryGetPropertyValue(name, out var other))
            {
                patch.Add(new JsonObject { ["op"] = "remove", ["path"] = at });
            }
            else if (value is JsonObject before && other is JsonObject after)
            {
                Diff(at, before, after, patch);
            }
            else if (!JsonNode.DeepEquals(value, other))
            {
                patch.Add(new JsonObject { ["op"] = "test", ["path"] = at, ["value"] = value?.DeepClone() });
                patch.Add(new JsonObject { ["op"] = "replace", ["path"] = at, ["value"] = other?.DeepClone() });
            }
        }

        foreach (var (name, value) in right.Where(p => !left.ContainsKey(p.Key)))
        {
            var at = $"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            patch.Add(new JsonObject { ["op"] = "add", ["path"] = at, ["value"] = value?.DeepClone() });
        }
    }
}
