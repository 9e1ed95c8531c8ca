using System.Diagnostics;

namespace YarpIngress.Tests.Monitoring;

/// <summary>Debian's <c>prometheus</c> and <c>promtool</c>: in <c>PATH</c>, or where build.sh unpacks them.</summary>
internal static class PrometheusTool
{
    /// <summary>Why tests that need them are skipped.</summary>
    public const string Missing = "there is no prometheus or promtool: build.sh test fetches them where it may use apt";

    public static readonly string? Promtool = Find("promtool");

    public static readonly string? Prometheus = Find("prometheus");

    /// <summary>Runs promtool; its exit code and all that it said.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string? input, string directory, params IReadOnlyList<string> arguments)
    {
        Assert.SkipWhen(Promtool is null, Missing);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(Promtool ?? "", arguments)
            {
                WorkingDirectory = directory,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Append(Path.Combine(MonitoringFiles.Repository, "artifacts", "tools", "debian-prometheus", "usr", "bin"))
            .Append(Path.Combine(MonitoringFiles.Repository, "artifacts", "tools", "prometheus", "usr", "bin"))
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
}
