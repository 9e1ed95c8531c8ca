using System.Diagnostics;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;

namespace YarpIngress.Chart.Tests;

/// <summary>The real tools agree, where they are installed.</summary>
public sealed class HelmTests
{
    [Fact]
    public async Task Helm_renders_the_same()
    {
        Assert.SkipUnless(InPath("helm"), "there is no helm in PATH");
        foreach (var name in TestValues.All.Keys)
            await CompareAsync(name);
    }

    private static async Task CompareAsync(string name)
    {
        var values = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(values, TestValues.All[name], TestContext.Current.CancellationToken);
            var (code, output) = await RunAsync(
                "helm", "template", "yarp-ingress", ChartFiles.Chart, "--namespace", "yarp-ingress", "--values", values);
            Assert.True(code == 0, output);
            var helm = ManifestReader.ReadText(output).Select(document => document.Object).ToDictionary(Key);
            var ours = RenderedChart.With(TestValues.All[name]).Objects.ToDictionary(item => Key(item.Object), item => item.Object);
            Assert.Equal(helm.Keys.Order(), ours.Keys.Order());
            Assert.All(ours, item => Assert.True(JsonNode.DeepEquals(helm[item.Key], item.Value), item.Key));
        }
        finally
        {
            File.Delete(values);
        }
    }

    [Fact]
    public async Task Helm_finds_nothing_wrong()
    {
        Assert.SkipUnless(InPath("helm"), "there is no helm in PATH");
        var (code, output) = await RunAsync("helm", "lint", "--strict", ChartFiles.Chart);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Kustomize_takes_the_plain_manifests()
    {
        Assert.SkipUnless(InPath("kubectl"), "there is no kubectl in PATH");
        foreach (var profile in ChartFiles.Profiles)
        {
            var (code, output) = await RunAsync("kubectl", "kustomize", Path.Combine(ChartFiles.Manifests, profile));
            Assert.True(code == 0, output);
            Assert.Equal(
                RenderedChart.With(ChartFiles.Profile(profile)).Objects.Count(item => !item.IsTest) + 1,
                ManifestReader.ReadText(output).Count);
        }
    }

    private static string Key(JsonObject value) =>
        $"{value["kind"]} {value["metadata"]!["namespace"]} {value["metadata"]!["name"]}";

    private static bool InPath(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(directory => File.Exists(Path.Combine(directory, tool)));

    private static async Task<(int Code, string Output)> RunAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var ct = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await error);
    }
}
