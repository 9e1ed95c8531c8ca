using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using YarpIngress.LocalCluster;
using YarpIngress.Tests.Monitoring;

namespace YarpIngress.Tests.Differential;

/// <summary>Debian's nginx, which serves one configuration at a loopback address of its own.</summary>
internal sealed class NginxServer : IAsyncDisposable
{
    /// <summary>Why tests that need it are skipped.</summary>
    public const string Missing = "there is no nginx: build.sh test fetches it where it may use apt";

    /// <summary>Where it listens: every test run has an address of its own, so that the port is free.</summary>
    public const int Port = 8080;

    // Where build.sh unpacks it.
    private static readonly string Unpacked =
        Path.Combine(MonitoringFiles.Repository, "artifacts", "tools", "debian-nginx", "usr", "sbin");

    public static readonly string? Binary =
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:{Unpacked}".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, "nginx")).FirstOrDefault(File.Exists);

    private readonly AddressBlock _block = AddressBlock.Claim();
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("yarp-ingress-nginx-");
    private Process? _process;
    private Task<string> _said = Task.FromResult("");

    public IPAddress Address => _block.Node;

    /// <summary>Where files are that the configuration names.</summary>
    public string Directory => _directory.FullName;

    /// <summary>Puts a file into <see cref="Directory"/>.</summary>
    public Task AddFileAsync(string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(Directory, name), text, TestContext.Current.CancellationToken);

    /// <summary>Starts it; it listens when this returns.</summary>
    /// <param name="http">What stands within <c>http</c>; its servers listen on <see cref="Address"/> and <see cref="Port"/>.</param>
    public async Task StartAsync(string http)
    {
        var file = Path.Combine(_directory.FullName, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off;
            master_process off;
            pid {{_directory.FullName}}/pid;
            error_log stderr warn;
            events {}
            http {
              access_log off;
              {{string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
                  .Select(name => $"{name}_temp_path {_directory.FullName}/{name};\n  "))}}
              {{http}}
            }
            """, TestContext.Current.CancellationToken);
        _process = Process.Start(new ProcessStartInfo(Binary ?? throw new InvalidOperationException(Missing), ["-c", file, "-e", "stderr"])
        {
            RedirectStandardError = true,
        });
        _said = _process!.StandardError.ReadToEndAsync(CancellationToken.None);
        await Wait.UntilAsync(ListensAsync, "nginx listens");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            await _said;
            process.Dispose();
        }
        _block.Dispose();
        _directory.Delete(recursive: true);
    }

    private async Task<bool> ListensAsync()
    {
        if (_process is { HasExited: true })
            Assert.Fail($"nginx does not start: {await _said}");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(Address, Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }
}
