using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using YarpIngress.LocalCluster;

namespace YarpIngress.Tests.LocalCluster.Program;

/// <summary>The program as a user starts it: a process of its own.</summary>
public sealed class LocalClusterProgramTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("local-cluster-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Kubeconfig => Path.Combine(_directory.FullName, "local.kubeconfig");

    private readonly List<Process> _started = [];

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }

        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task What_it_prints_works_and_a_signal_stops_it()
    {
        Assert.SkipUnless((await ShellAsync("curl --version")).StartsWith("curl ", StringComparison.Ordinal), "curl is not here");
        var process = Start("--apiserver-port=0", "--http-port=0", "--https-port=0", "--healthz-port=0", "--kubeconfig-out", Kubeconfig);
        var lines = await ReadUntilAsync(process, "Ctrl-C stops.");
        Assert.True(File.Exists(Kubeconfig));
        var commands = lines.Where(line => line.StartsWith("  curl ", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, commands.Count);
        foreach (var command in commands)
        {
            // The gateway and the proxies learn of pods by themselves, a moment after they are ready.
            await Wait.ForAsync(() => ShellAsync(command), answer => answer.Contains("\"namespace\":\"demo\""), command);
        }

        if (Kubectl.IsThere)
        {
            foreach (var command in lines.Where(line => line.StartsWith("  kubectl ", StringComparison.Ordinal)))
            {
                var answer = await ShellAsync($"KUBE_EDITOR=true {command}; echo exit code $?");
                Assert.True(answer.Contains("exit code 0"), $"{command}\n{answer}");
            }
        }

        if (Kubectl.IsThere)
        {
            using var kubectl = new Kubectl(Kubeconfig);
            const string Bad = """
                {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "bad", "namespace": "demo",
                 "annotations": {"nginx.ingress.kubernetes.io/canary-weight": "many"}}, "spec": {"ingressClassName": "yarp",
                 "rules": [{"host": "bad.example"}]}}
                """;
            await Wait.ForAsync(
                async () => (await kubectl.TryWithInputAsync(Bad, "apply", "--dry-run=server", "-f", "-")).Error,
                error => error.Contains("admission webhook \"validate.yarp-ingress.dev\" denied the request", StringComparison.Ordinal),
                "answer of the webhook");
        }

        await TerminateAsync(process);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Without_a_controller_nothing_is_applied_unless_asked_for()
    {
        var manifest = Path.Combine(_directory.FullName, "config.yaml");
        await File.WriteAllTextAsync(manifest, "{apiVersion: v1, kind: ConfigMap, metadata: {name: mine}}", Cancel);
        var process = Start("--no-controller", "--apiserver-port=0", "--kubeconfig-out", Kubeconfig, "--apply", manifest);
        var lines = await ReadUntilAsync(process, "Ctrl-C stops.");
        Assert.Contains("configmaps/mine created", lines);
        Assert.DoesNotContain(lines, line => line.Contains("gateway") || line.Contains("namespaces/demo"));
        await TerminateAsync(process);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_its_flag()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (exitCode, error) = await FailAsync("--no-controller", $"--apiserver-port={port}", "--kubeconfig-out", Kubeconfig);
        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"local cluster: --apiserver-port={port}: another process listens on port {port}; --apiserver-port=0 picks a free port",
            error.Trim());
    }

    [Fact]
    public async Task A_wrong_flag_ends_with_exit_code_2()
    {
        var (exitCode, error) = await FailAsync("--no-controler");
        Assert.Equal(2, exitCode);
        Assert.Equal("local cluster: unknown flag --no-controler; did you mean --no-controller? (--help lists all flags)", error.Trim());
    }

    [Fact]
    public async Task A_manifest_that_is_refused_is_named_with_its_line()
    {
        var manifest = Path.Combine(_directory.FullName, "bad.yaml");
        await File.WriteAllTextAsync(manifest, "\n{apiVersion: v1, kind: ConfigMap, metadata: {name: Not_A_Name}}", Cancel);
        var (exitCode, error) = await FailAsync(
            "--no-controller", "--apiserver-port=0", "--kubeconfig-out", Kubeconfig, "--apply", manifest);
        Assert.Equal(1, exitCode);
        Assert.Matches($"{Regex.Escape(manifest)}:2.*Not_A_Name", error);
    }

    private Process Start(params string[] arguments)
    {
        var program = Path.ChangeExtension(typeof(LocalClusterHost).Assembly.Location, ".dll");
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        _started.Add(process);
        return process;
    }

    private async Task<(int ExitCode, string Error)> FailAsync(params string[] arguments)
    {
        var process = Start(arguments);
        var error = await process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, error);
    }

    private static async Task<List<string>> ReadUntilAsync(Process process, string last)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(2 * Wait.Deadline);
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            lines.Add(line);
            if (line == last)
                return lines;
        }

        throw new InvalidOperationException(
            $"It ended: {string.Join('\n', lines)}\n{await process.StandardError.ReadToEndAsync(deadline.Token)}");
    }

    private static async Task<string> ShellAsync(string command)
    {
        using var shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", command.Trim()]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = shell.StandardOutput.ReadToEndAsync(Cancel);
        var error = shell.StandardError.ReadToEndAsync(Cancel);
        await shell.WaitForExitAsync(Cancel);
        return await output + await error;
    }

    private static async Task TerminateAsync(Process process)
    {
        _ = process.StandardOutput.ReadToEndAsync(Cancel);
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Cancel);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(2 * Wait.Deadline);
        await process.WaitForExitAsync(deadline.Token);
    }
}
