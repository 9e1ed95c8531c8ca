using System.Net;
using YarpIngress.Benchmarks.Processes;

namespace YarpIngress.Benchmarks.Load;

/// <summary>What all proxies forward to: an nginx that answers at once, on the load's processor.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("yarp-ingress-bench-");
    private readonly ChildProcess _process;

    private Backend()
    {
        var configuration = File.ReadAllText(Repository.Asset("Load", "backend.conf"))
            .Replace("{{folder}}", _folder.FullName, StringComparison.Ordinal)
            .Replace("{{address}}", $"{Address}", StringComparison.Ordinal)
            .Replace("{{hundred-bytes}}", new string('.', 100), StringComparison.Ordinal);
        var file = Path.Combine(_folder.FullName, "nginx.conf");
        File.WriteAllText(file, configuration);
        File.WriteAllText(Path.Combine(_folder.FullName, "10k"), new string('.', 10 * 1024));
        _process = ChildProcess.Start(
            new Launch("backend", Tool.Find("nginx"), "-p", _folder.FullName, "-c", file) { Processor = Processors.Load });
    }

    public IPEndPoint Address { get; } = new(IPAddress.Loopback, ChildProcess.FreePort());

    public ChildProcess Process => _process;

    public static async Task<Backend> StartAsync(CancellationToken ct)
    {
        var backend = new Backend();
        await backend._process.WaitForPortAsync(backend.Address.Port, TimeSpan.FromSeconds(20), ct);
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
