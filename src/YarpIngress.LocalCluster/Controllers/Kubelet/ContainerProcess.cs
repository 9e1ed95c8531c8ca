using System.Diagnostics;
using System.Globalization;

namespace YarpIngress.LocalCluster.Controllers.Kubelet;

/// <summary>A container that is a process of this machine.</summary>
internal sealed class ContainerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ContainerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts a .NET program; what it prints goes to the end of <paramref name="log"/>.</summary>
    public static ContainerProcess Start(string program, ContainerCommand command, string log)
    {
        // The shell opens the file and becomes the program.
        const string script = """exec "$@" >>"$0" 2>&1""";
        var info = new ProcessStartInfo("/bin/sh", ["-c", script, log, "dotnet", "exec", program, .. command.Arguments]);
        // A container does not see what is set where the cluster runs.
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("YARPINGRESS_", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        foreach (var (name, value) in command.Environment)
            info.Environment[name] = value;
        var process = new Process { StartInfo = info };
        process.Start();
        return new ContainerProcess(process);
    }

    /// <summary>Waits for its end; the result is the exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancel)
    {
        await _process.WaitForExitAsync(cancel);
        return _process.ExitCode;
    }

    /// <summary>Asks it to end.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-s", "TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Ends it at once.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
