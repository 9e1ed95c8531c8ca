using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;

namespace YarpIngress.Chart.Tests;

/// <summary>The real tools agree with the tests' own renderer and schema check, where they are installed.</summary>
public sealed class HelmTests
{
    [Theory]
    [MemberData(nameof(TestValues.Names), MemberType = typeof(TestValues))]
    public async Task Helm_renders_the_same(string name)
    {
        var ours = RenderedChart.With(TestValues.All[name]).Objects.ToDictionary(item => HelmRenderer.Key(item.Object), item => item.Object);
        foreach (var renderer in HelmRenderer.All())
        {
            var theirs = await renderer.ObjectsAsync(TestValues.All[name], TestContext.Current.CancellationToken);
            Assert.Equal(theirs.Keys.Order(), ours.Keys.Order());
            Assert.All(ours, item => Assert.True(
                JsonNode.DeepEquals(theirs[item.Key], item.Value), $"{renderer}: {item.Key}:\n{theirs[item.Key]}\nhere:\n{item.Value}"));
        }
    }

    [Theory]
    [MemberData(nameof(TestValues.Names), MemberType = typeof(TestValues))]
    public async Task The_notes_are_the_same(string name)
    {
        var (code, notes) = await HelmRenderer.OfParts().RenderAsync("notes", TestValues.All[name], TestContext.Current.CancellationToken);
        Assert.True(code == 0, notes);
        Assert.Equal(RenderedChart.With(TestValues.All[name]).Notes, notes);
    }

    // What users write without quotes: Helm's numbers are floating point, and Go writes the large ones with an exponent.
    [Theory]
    [InlineData("controller: {config: {hsts-max-age: 31536000}}", "31536000", "ConfigMap", "data", "hsts-max-age")]
    [InlineData("controller: {image: {runAsUser: 1000650000}}", "1000650000", "Deployment", "spec", "template", "spec", "containers", "0", "securityContext", "runAsUser")]
    [InlineData("controller: {sysctls: {net.core.rmem_max: 16777216}}", "16777216", "Deployment", "spec", "template", "spec", "securityContext", "sysctls", "0", "value")]
    public async Task Large_numbers_stay_as_they_are(string values, string expected, string kind, params string[] path)
    {
        foreach (var renderer in HelmRenderer.All())
        {
            var objects = await renderer.ObjectsAsync(values, TestContext.Current.CancellationToken);
            JsonNode node = objects[$"{kind} yarp-ingress yarp-ingress"];
            foreach (var step in path)
                node = (int.TryParse(step, out var index) && node is JsonArray list ? list[index] : node[step])!;
            Assert.Equal(expected, node.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(RefusedValues.Contradictions), MemberType = typeof(RefusedValues))]
    public async Task Helm_refuses_what_contradicts_itself(string values, string message)
    {
        foreach (var renderer in HelmRenderer.All())
        {
            var (code, output) = await renderer.RenderAsync("template", values, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, code);
            Assert.Contains(message, output, StringComparison.Ordinal);
        }
    }

    // Its validator has other words; the place is the same.
    [Theory]
    [MemberData(nameof(RefusedValues.Wrong), MemberType = typeof(RefusedValues))]
    public async Task Helm_refuses_what_the_schema_does_not_allow(string values, string message)
    {
        foreach (var renderer in HelmRenderer.All())
        {
            var (code, output) = await renderer.RenderAsync("template", values, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, code);
            Assert.Contains("don't meet the specifications of the schema", output, StringComparison.Ordinal);
            var place = message[..message.IndexOf(": ", StringComparison.Ordinal)].Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
            Assert.Contains(place, output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Helm_finds_nothing_wrong()
    {
        var helm = HelmRenderer.InPath("helm");
        Assert.SkipWhen(helm is null, "there is no helm in PATH");
        var (code, output) = await HelmRenderer.RunAsync(helm, ["lint", "--strict", ChartFiles.Chart], TestContext.Current.CancellationToken);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Kustomize_takes_the_plain_manifests()
    {
        var kubectl = HelmRenderer.InPath("kubectl");
        Assert.SkipWhen(kubectl is null, "there is no kubectl in PATH");
        foreach (var profile in ChartFiles.Profiles)
        {
            var (code, output) = await HelmRenderer.RunAsync(
                kubectl, ["kustomize", Path.Combine(ChartFiles.Manifests, profile)], TestContext.Current.CancellationToken);
            Assert.True(code == 0, output);
            Assert.Equal(
                RenderedChart.With(ChartFiles.Profile(profile)).Objects.Count(item => !item.IsTest) + 1,
                ManifestReader.ReadText(output).Count);
        }
    }
}
