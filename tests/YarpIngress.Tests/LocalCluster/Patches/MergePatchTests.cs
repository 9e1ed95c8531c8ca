using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Patches;

namespace YarpIngress.Tests.LocalCluster.Patches;

public class MergePatchTests
{
    // The table of RFC 7386, appendix A, as far as documents are objects; a wrapper makes the others objects too.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"v":["a","b"]}""", """{"v":["c","d"]}""", """{"v":["c","d"]}""")]
    [InlineData("""{"v":{"a":"b"}}""", """{"v":["c"]}""", """{"v":["c"]}""")]
    [InlineData("""{"v":{"a":"foo"}}""", """{"v":null}""", """{}""")]
    [InlineData("""{"v":{"a":"foo"}}""", """{"v":"bar"}""", """{"v":"bar"}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""{"v":[1,2]}""", """{"v":{"a":"b","c":null}}""", """{"v":{"a":"b"}}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Rfc7386(string document, string patch, string expected)
    {
        var original = Documents.Json(document);
        var change = JsonNode.Parse(patch);
        Documents.AssertSame(Documents.Json(expected), MergePatch.Apply(original, change));
        Documents.AssertSame(Documents.Json(document), original);
        Documents.AssertSame(JsonNode.Parse(patch), change);
    }

    [Fact]
    public void A_list_is_no_merge_patch() =>
        Assert.Equal(400, Assert.Throws<PatchException>(() => MergePatch.Apply([], JsonNode.Parse("[]"))).StatusCode);
}
