using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Tests.Peer;

namespace YarpIngress.Kubernetes.Tests;

public sealed class ManifestReaderTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();

    [Fact]
    public void Many_documents_with_their_lines()
    {
        var read = ManifestReader.ReadText("""
            # comment
            ---
            kind: A
            metadata: {name: one}
            ---
            ---
            # nothing here
            ---

            kind: B
            ...
            ---
            kind: C
            """, "x.yaml");
        Assert.Equal([("A", 3L), ("B", 10L), ("C", 13L)], read.Select(item => ((string)item.Object["kind"]!, item.Line)));
        Assert.All(read, item => Assert.Equal("x.yaml", item.File));
    }

    [Fact]
    public void Lists_are_taken_apart()
    {
        var read = ManifestReader.ReadText("""
            kind: List
            apiVersion: v1
            items:
            - kind: Service
              metadata: {name: a}
            - kind: List
              items:
              - {kind: Secret}
            ---
            kind: IngressList
            apiVersion: networking.k8s.io/v1
            items:
            - metadata: {name: b}
            ---
            kind: PickyList
            items: no list
            """);
        Assert.Equal(
            [("Service", 4L), ("Secret", 6L), ("Ingress", 13L), ("PickyList", 15L)], read.Select(
                item => ((string)item.Object["kind"]!, item.Line)));
        Assert.Equal("networking.k8s.io/v1", (string?)read[2].Object["apiVersion"]);
        Assert.Null(read[0].Object.Parent);
    }

    [Theory]
    [InlineData("yes", "true")]
    [InlineData("On", "true")]
    [InlineData("y", "true")]
    [InlineData("NO", "false")]
    [InlineData("off", "false")]
    [InlineData("yEs", "\"yEs\"")]
    [InlineData("'yes'", "\"yes\"")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("Null", "null")]
    [InlineData("8080", "8080")]
    [InlineData("\"8080\"", "\"8080\"")]
    [InlineData("-7", "-7")]
    [InlineData("+7", "7")]
    [InlineData("0777", "511")]
    [InlineData("0o17", "15")]
    [InlineData("0x1F", "31")]
    [InlineData("0b101", "5")]
    [InlineData("089", "89")]
    [InlineData("1_000", "1000")]
    [InlineData("9223372036854775808", "9223372036854775808")]
    [InlineData("1.0", "1")]
    [InlineData("1.50", "1.5")]
    [InlineData("1e3", "1000")]
    [InlineData(".5", "0.5")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("10.0.0.1", "\"10.0.0.1\"")]
    [InlineData("12:30:45", "\"12:30:45\"")]
    [InlineData("2026-01-02", "\"2026-01-02\"")]
    [InlineData("2026-01-02T03:04:05Z", "\"2026-01-02T03:04:05Z\"")]
    [InlineData("10m", "\"10m\"")]
    [InlineData("-", null)]
    [InlineData(".", "\".\"")]
    [InlineData("+", "\"\\u002B\"")]
    [InlineData("!!str 7", "\"7\"")]
    [InlineData("! 7", "\"7\"")]
    [InlineData("!!int \"7\"", "7")]
    [InlineData("!!float 7", "7")]
    [InlineData("!!bool \"yes\"", "true")]
    [InlineData("!!int seven", null)]
    [InlineData("!mine x", null)]
    [InlineData(".inf", null)]
    [InlineData("|\n  a\n  b\n", "\"a\\nb\\n\"")]
    [InlineData(">-\n  a\n  b\n", "\"a b\"")]
    [InlineData("[a, 1, {b: c}]", "[\"a\",1,{\"b\":\"c\"}]")]
    public void Scalars_mean_what_they_mean_to_kubectl(string yaml, string? json)
    {
        var text = $"value: {yaml}\n";
        if (json is null)
            Assert.Throws<ManifestException>(() => ManifestReader.ReadText(text));
        else
            Assert.Equal(json, ManifestReader.ReadText(text).Single().Object["value"]?.ToJsonString() ?? "null");
    }

    [Fact]
    public void Keys_are_texts()
    {
        var value = ManifestReader.ReadText("{on: a, 1: b, 0x10: c, 1.5: d, 'yes': e, no: f}").Single().Object;
        Assert.Equal(["true", "1", "16", "1.5", "yes", "false"], value.Select(field => field.Key));
    }

    [Fact]
    public void Numbers_convert_to_any_type_that_they_fit()
    {
        var port = ManifestReader.ReadText("port: 8080").Single().Object["port"]!;
        Assert.Equal(8080, port.GetValue<int>());
        Assert.Equal(8080L, port.GetValue<long>());
    }

    [Fact]
    public void Anchors_and_merge_keys()
    {
        var value = ManifestReader.ReadText("""
            base: &base {a: 1, b: 2}
            more: &more {b: 3, c: 4}
            one: {<<: *base, b: own}
            two: {<<: [*base, *more], d: 5}
            again: *base
            """).Single().Object;
        Assert.Equal("""{"b":"own","a":1}""", value["one"]!.ToJsonString());
        Assert.Equal("""{"d":5,"a":1,"b":2,"c":4}""", value["two"]!.ToJsonString());
        Assert.Equal("""{"a":1,"b":2}""", value["again"]!.ToJsonString());
    }

    [Theory]
    [InlineData("a: [b", "x.yaml:", "")]
    [InlineData("kind: A\n---\nkind: B\nkind: C\n", "x.yaml:4:", "uplicate")]
    [InlineData("kind: A\n---\na: 1\n? [x]\n: y\n", "x.yaml:4: document 2:", "a key must be a plain value")]
    [InlineData("kind: A\n---\n- a\n", "x.yaml:3: document 2:", "is a list, not an object")]
    [InlineData("just text", "x.yaml:1: document 1:", "is a text, not an object")]
    [InlineData("kind: List\nitems:\n- 7\n", "x.yaml:3: document 1:", "items[0] is a number")]
    [InlineData("{on: 1, yes: 2}", "x.yaml:1: document 1:", "there twice")]
    [InlineData("a: *unknown", "x.yaml:1", "")]
    [InlineData("a: &a [*a]", "x.yaml:1", "")]
    [InlineData("{<<: 7}", "x.yaml:1: document 1:", "<< needs a mapping")]
    [InlineData("{~: 7}", "x.yaml:1: document 1:", "null is no key")]
    [InlineData("{\"a\": 1, \"a\": 2}", "x.yaml:1", "uplicate")]
    [InlineData("{\"a\": }x", "x.yaml:1", "")]
    public void Errors_name_file_line_and_document(string text, string place, string problem)
    {
        var error = Assert.Throws<ManifestException>(() => ManifestReader.ReadText(text, "x.yaml"));
        Assert.StartsWith(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_of_any_shape()
    {
        var read = ManifestReader.ReadText(
            "{\n\t\"kind\": \"A\", \"path\": \"a\\/b\"\n}\n{\"kind\": \"B\"}\n\n  {\"kind\":\"List\",\"items\":[{\"kind\":\"C\"}]}",
            "x.json");
        Assert.Equal(
            [("A", 1L, 1), ("B", 4L, 2), ("C", 6L, 3)], read.Select(item => ((string)item.Object["kind"]!, item.Line, item.Index)));
        Assert.Equal("a/b", (string?)read[0].Object["path"]);
    }

    [Fact]
    public void Bombs_are_errors()
    {
        var laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(",", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Assert.Throws<ManifestException>(() => ManifestReader.ReadText(laughs));
        Assert.Throws<ManifestException>(() => ManifestReader.ReadText(new string('[', 100_000)));
        Assert.Throws<ManifestException>(() => ManifestReader.ReadText("a: " + new string('[', 100_000)));
        Assert.Throws<ManifestException>(() => ManifestReader.ReadText(string.Concat(Enumerable.Repeat("{a: ", 5000))));
        Assert.Throws<ManifestException>(() => ManifestReader.ReadText(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))));
    }

    [Fact]
    public void Files_and_directories_in_order()
    {
        _files.Write("dir/b.yaml", "kind: B");
        _files.Write("dir/a.yml", "kind: A");
        _files.Write("dir/c.JSON", "{\"kind\":\"C\"}");
        _files.Write("dir/readme.md", "# no manifest");
        _files.Write("dir/sub/d.yaml", "kind: D");
        var single = _files.Write("any.txt", "kind: E");
        string[] Kinds(bool recursive) =>
            [.. ManifestReader.ReadPaths([single, _files["dir"]], recursive).Select(item => (string)item.Object["kind"]!)];
        Assert.Equal(["E", "A", "B", "C"], Kinds(recursive: false));
        Assert.Equal(["E", "A", "B", "C", "D"], Kinds(recursive: true));

        var error = Assert.Throws<ManifestException>(() => ManifestReader.ReadPaths([_files["none"]]));
        Assert.StartsWith($"{_files["none"]}: can't be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_without_manifests_is_an_error()
    {
        _files.Write("charts/readme.md", "# no manifest");
        _files.Write("charts/sub/a.yaml", "kind: A");
        var error = Assert.Throws<ManifestException>(() => ManifestReader.ReadPaths([_files["charts"]]));
        Assert.Equal(
            $"{_files["charts"]}: holds no file that ends in .yaml, .yml, .json; directories in it are not read", error.Message);
        Assert.Single(ManifestReader.ReadPaths([_files["charts"]], recursive: true));
    }

    [Fact]
    public void Ten_thousand_paths_and_a_megabyte_of_annotation()
    {
        var text = "kind: Ingress\nmetadata:\n  annotations:\n    big: \"" + new string('x', 1_000_000) + "\"\nspec:\n  paths:\n"
            + string.Concat(
                Enumerable.Range(0, 10_000).Select(i => $"  - path: /p{i}\n    backend: {{service: {{name: s, port: {{number: 80}}}}}}\n"));
        var value = ManifestReader.ReadText(text).Single().Object;
        Assert.Equal(10_000, ((JsonArray)value["spec"]!["paths"]!).Count);
    }

    public void Dispose() => _files.Dispose();
}
