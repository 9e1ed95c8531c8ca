using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace YarpIngress.Tests.Binary;

/// <summary>The built binary, started as a user starts it.</summary>
internal sealed partial class ControllerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = 2 * Wait.Deadline;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly ConcurrentQueue<string> _errors = [];

    private ControllerProcess(Process process) => _process = process;

    public string Output => string.Join('\n', _output);

    public string Errors => string.Join('\n', _errors);

    public static ControllerProcess Start(params string[] args) => StartAs([], args);

    /// <summary>Starts it with few files that it may open.</summary>
    public static ControllerProcess StartWithFiles(int files, params string[] args) =>
        StartAs(["sh", "-c", $"ulimit -n {files}; exec \"$@\"", "sh"], args);

    private static ControllerProcess StartAs(string[] launcher, string[] args)
    {
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        string[] command = [.. launcher, dotnet];
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.ArgumentList.Add("exec");
        info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "yarp-ingress.dll"));
        foreach (var arg in args)
            info.ArgumentList.Add(arg);
        // What the machine that runs the tests has set must not decide what they see.
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("YARPINGRESS_", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        info.Environment["KUBECONFIG"] = "/nonexistent";

        var started = new ControllerProcess(new Process { StartInfo = info });
        started._process.OutputDataReceived += (_, line) => Keep(started._output, line.Data);
        started._process.ErrorDataReceived += (_, line) => Keep(started._errors, line.Data);
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>The ports of the traffic and of the administration, once it says them.</summary>
    public async Task<(string Http, string Admin)> PortsAsync()
    {
        await Wait.UntilAsync(() => Started().IsMatch(Output), "line with the ports");
        var match = Started().Match(Output);
        return (match.Groups[1].Value, match.Groups[2].Value);
    }

    /// <summary>The most memory that it ever had, in bytes.</summary>
    public async Task<long> PeakMemoryAsync(CancellationToken ct)
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{_process.Id}/status", ct);
        var peak = lines.Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        return long.Parse(peak, System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>The files that it has mapped, such as the assemblies that it loaded.</summary>
    public async Task<string> MapsAsync(CancellationToken ct) => await File.ReadAllTextAsync($"/proc/{_process.Id}/maps", ct);

    /// <summary>Waits for the end; the result is the exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Patience);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Sends a signal by name, such as <c>TERM</c>.</summary>
    public async Task SignalAsync(string signal, CancellationToken ct)
    {
        using var kill = Process.Start("kill", ["-s", signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }

    [GeneratedRegex(@"""httpPort"":(\d+),""httpsPort"":\d+,""adminPort"":(\d+)")]
    private static partial Regex Started();
}
