using System.Diagnostics;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;

namespace YarpIngress.Chart.Tests;

/// <summary>
/// What renders the chart on this machine as users do: <c>helm</c>, and the program in <c>tests/helm-template</c>, which is made of
/// the parts that Helm is made of and which <c>./build.sh test</c> builds where Go is.
/// </summary>
/// <param name="Program">Takes the arguments of <c>helm template</c>.</param>
/// <param name="ExactNumbers">Read numbers as Helm 3.18.0 did.</param>
internal sealed record HelmRenderer(string Program, bool ExactNumbers = false)
{
    private static readonly string? Helm = InPath("helm");

    private static readonly string? Parts = Environment.GetEnvironmentVariable("YARPINGRESS_HELM_TEMPLATE") is { Length: > 0 } program ? program : null;

    /// <summary>All that are there; skips the test when none is.</summary>
    public static IReadOnlyList<HelmRenderer> All()
    {
        List<HelmRenderer> found = [];
        if (Helm is not null)
            found.Add(new(Helm));
        if (Parts is not null)
            found.AddRange([new(Parts), new(Parts, ExactNumbers: true)]);
        Assert.SkipWhen(found.Count == 0, "there is no helm in PATH, and no Go: ./build.sh test says more");
        return found;
    }

    /// <summary>The one that can print NOTES.txt.</summary>
    public static HelmRenderer OfParts()
    {
        Assert.SkipWhen(Parts is null, "there is no Go: ./build.sh test says more");
        return new(Parts);
    }

    /// <summary>The full path of a program.</summary>
    public static string? InPath(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(directory => Path.Combine(directory, tool)).FirstOrDefault(File.Exists);

    public async Task<IReadOnlyDictionary<string, JsonObject>> ObjectsAsync(string values, CancellationToken ct)
    {
        var (code, output) = await RenderAsync("template", values, ct);
        Assert.True(code == 0, output);
        return ManifestReader.ReadText(output).Select(document => document.Object).ToDictionary(Key);
    }

    /// <summary>Exit code, and what is printed or said.</summary>
    public async Task<(int Code, string Output)> RenderAsync(string command, string values, CancellationToken ct)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, values, ct);
            return await RunAsync(
                Program,
                [command, "yarp-ingress", ChartFiles.Chart, "--namespace", "yarp-ingress", "--values", file, .. ExactNumbers ? ["--exact-numbers"] : (string[])[]],
                ct);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static async Task<(int Code, string Output)> RunAsync(string tool, IEnumerable<string> arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{tool} did not start");
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await error);
    }

    public static string Key(JsonObject value) =>
        $"{value["kind"]} {value["metadata"]!["namespace"]} {value["metadata"]!["name"]}";
}
