using System.ComponentModel;
using System.Diagnostics;

namespace YarpIngress.Benchmarks.Processes;

/// <summary>Programs of the machine: found on the PATH or where Debian puts servers.</summary>
internal static class Tool
{
    public static bool IsInstalled(string name) => Locate(name) is not null;

    public static string Find(string name) =>
        Locate(name) ?? throw new FileNotFoundException($"'{name}' is not installed; ./build.sh bench as root installs it");

    /// <summary>Runs a program to its end; its standard output.</summary>
    public static async Task<string> RunAsync(Launch launch, CancellationToken ct)
    {
        var command = launch.CommandLine();
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new Win32Exception($"{command[0]} did not start");
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{launch.Program} ended with {process.ExitCode}: {await errors}{await output}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static string? Locate(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin")
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
}
