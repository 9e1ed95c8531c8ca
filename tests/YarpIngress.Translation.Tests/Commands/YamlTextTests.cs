using System.Text.Json.Nodes;
using YarpIngress.Commands;
using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Tests.Commands;

public sealed class YamlTextTests
{
    private static readonly string[] Texts =
    [
        "", " ", "a", "a b", "a: b", "a:", "a #b", "#a", "- a", "-a", "*", "&a", "!a", "|", ">", "%", "@", "`", "\"", "'", "it's", "[a]",
        "{a}", "a,b", "?", "? a", ":", "~", "null", "Null", "true", "TRUE",
        "yes", "No", "on", "y", "1", "-1", "1.5", "1e3", ".5", "1.", "0x1F", "0o7", "0b1", "017", "1_000", "12:30", "1:2:3.5", "2026-01-01",
        "2026-01-01T00:00:00Z", ".inf", "-.INF", ".nan", "=", "<<", "1.1",
        "10.0.0.1:8080", "[::1]:80", "a\nb", "a\tb", "\0", "\u0085", "\u2028", "ü", "😀", "a\\b", "\\", "trailing ", " leading", "---",
        "...", "http://a/b?c=d&e#f", "/{**rest}", "00:01:00", "+1", "+", "-", "1e", "NaN", "Infinity",
    ];

    [Fact]
    public void Every_text_reads_back_as_itself()
    {
        foreach (var text in Texts)
            AssertSame(new JsonObject { ["value"] = text, ["list"] = new JsonArray(text, text), ["map"] = new JsonObject { ["x" + text] = text } });
        foreach (var text in Texts.Where(t => t.Length > 0))
            AssertSame(new JsonObject { [text] = "value" });
    }

    [Fact]
    public void Every_shape_reads_back_as_itself() => AssertSame(new JsonObject
    {
        ["empty"] = new JsonObject(),
        ["none"] = new JsonArray(),
        ["nothing"] = null,
        ["yes"] = true,
        ["number"] = 1,
        ["list"] = new JsonArray(
            new JsonObject
            {
                ["a"] = new JsonArray(1, 2),
                ["b"] = new JsonObject { ["c"] = new JsonArray(new JsonObject { ["d"] = null }) },
            },
            new JsonObject(),
            new JsonArray(),
            new JsonArray(new JsonArray(1, 2), new JsonArray(new JsonObject { ["e"] = 3 }, 4)),
            null,
            false),
    });

    private static void AssertSame(JsonObject value)
    {
        var writer = new StringWriter();
        YamlText.Write(writer, value);
        var read = Assert.Single(ManifestReader.ReadText(writer.ToString())).Object;
        Assert.True(JsonNode.DeepEquals(value, read), $"{value.ToJsonString()} was written as\n{writer}");
    }
}
