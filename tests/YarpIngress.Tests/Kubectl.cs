using System.Diagnostics;

namespace YarpIngress.Tests;

/// <summary>The real kubectl, with a home of its own so that nothing of the machine's configuration or caches plays a part.</summary>
/// <remarks>
/// <c>YARPINGRESS_KUBECTL</c> names the binary, else the one in PATH is taken. <c>YARPINGRESS_KUBECTLS</c> names several, separated by
/// colons, for tests that run once for each.
/// </remarks>
internal sealed class Kubectl : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("kubectl-");

    /// <param name="kubeconfig">The cluster.</param>
    /// <param name="binary">Null for <see cref="Default"/>.</param>
    public Kubectl(string kubeconfig, string? binary = null)
    {
        Kubeconfig = kubeconfig;
        Binary = binary
            ?? Default ?? throw new InvalidOperationException("There is no kubectl: set YARPINGRESS_KUBECTL or put one in PATH.");
    }

    /// <summary>The binary to use; null when there is none.</summary>
    public static string? Default { get; } = FromEnvironment("YARPINGRESS_KUBECTL") ?? InPath();

    /// <summary>Every binary to test with; empty when there is none.</summary>
    public static IReadOnlyList<string> All { get; } = FromEnvironment("YARPINGRESS_KUBECTLS") is { } several
        ? several.Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : Default is { } one ? [one] : [];

    /// <summary>Whether there is one, for tests' skip conditions.</summary>
    public static bool IsThere => All.Count > 0;

    /// <summary><see cref="All"/> as theory data.</summary>
    public static TheoryData<string> Binaries => [.. All];

    public string Kubeconfig { get; }

    public string Binary { get; }

    /// <summary>More environment variables, such as <c>KUBE_EDITOR</c>.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Runs it and returns what it said, whatever the exit code.</summary>
    public Task<Output> TryAsync(params IReadOnlyList<string> arguments) => RunAsync(arguments, null);

    /// <summary>Runs it with <paramref name="input"/> on standard input.</summary>
    public Task<Output> TryWithInputAsync(string input, params IReadOnlyList<string> arguments) => RunAsync(arguments, input);

    /// <summary>Runs it and returns its standard output; fails the test when it fails.</summary>
    public async Task<string> RunAsync(params IReadOnlyList<string> arguments) => (await RunAsync(arguments, null)).Succeeded(arguments);

    /// <summary>Runs it with <paramref name="input"/> on standard input; fails the test when it fails.</summary>
    public async Task<string> RunWithInputAsync(string input, params IReadOnlyList<string> arguments) =>
        (await RunAsync(arguments, input)).Succeeded(arguments);

    /// <summary>Starts it and leaves it running, for watches. The caller ends it.</summary>
    public Process Start(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Binary, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["KUBECONFIG"] = Kubeconfig;
        start.Environment["HOME"] = _home.FullName;
        start.Environment["TERM"] = "dumb";
        foreach (var name in (string[])["KUBECACHEDIR", "KUBE_EDITOR", "EDITOR", "HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"])
            start.Environment.Remove(name);
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{Binary} did not start.");
    }

    public void Dispose() => _home.Delete(recursive: true);

    private async Task<Output> RunAsync(IReadOnlyList<string> arguments, string? input)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        using var process = Start(arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            if (input is not null)
                await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            return new Output(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string? FromEnvironment(string name) =>
        System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string? InPath() => (System.Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, "kubectl"))
        .FirstOrDefault(File.Exists);

    /// <summary>What a run came to.</summary>
    internal sealed record Output(int ExitCode, string Text, string Error)
    {
        public string Succeeded(IReadOnlyList<string> arguments)
        {
            Assert.True(ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: exit code {ExitCode}\n{Error}{Text}");
            return Text;
        }
    }
}
