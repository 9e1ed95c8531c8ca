using System.Net;
using YarpIngress.Benchmarks.Processes;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>A proxy under measurement: a process of its own on free ports of 127.0.0.1, with a folder for its files.</summary>
internal abstract class Rival : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(5);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("yarp-ingress-bench-");
    private ChildProcess? _process;

    /// <summary>What tables call it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether its first seconds under load are slower since its code is still being compiled.</summary>
    public virtual bool CompilesWhileRunning => false;

    public IPEndPoint Http { get; } = new(IPAddress.Loopback, ChildProcess.FreePort());

    public IPEndPoint Https { get; } = new(IPAddress.Loopback, ChildProcess.FreePort());

    /// <summary>Leads to <see cref="Site.Streams"/>.</summary>
    public IPEndPoint Tcp { get; } = new(IPAddress.Loopback, ChildProcess.FreePort());

    /// <summary>The same for datagrams.</summary>
    public IPEndPoint Udp { get; } = new(IPAddress.Loopback, ChildProcess.FreePort());

    /// <summary>Bytes that it has allocated on the managed heap since its start; null where there is none, or nobody says.</summary>
    public virtual Task<long?> AllocatedBytesAsync(CancellationToken ct) => Task.FromResult<long?>(null);

    public ChildProcess Process => _process ?? throw new InvalidOperationException($"{Name} has not started");

    protected string Folder => _folder.FullName;

    /// <summary>Writes the configuration for <paramref name="site"/>, starts the process and waits until it listens.</summary>
    /// <param name="site">What it serves.</param>
    /// <param name="processor">The processor that it may use; null for any.</param>
    /// <param name="ct">Gives up.</param>
    public virtual async Task StartAsync(Site site, int? processor, CancellationToken ct)
    {
        await WriteConfigurationAsync(site, ct);
        await LaunchAsync(Launch() with { Processor = processor }, ct);
    }

    /// <summary>Writes the configuration for <paramref name="site"/>; a running process goes on with the former one.</summary>
    public abstract Task WriteConfigurationAsync(Site site, CancellationToken ct);

    /// <summary>
    /// Makes the running process take over what was written, as its operators do. Returns when the process has been told;
    /// when it is live, only requests show.
    /// </summary>
    public abstract Task ReloadAsync(CancellationToken ct);

    public virtual async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Where it listens when it has started.</summary>
    protected virtual IReadOnlyList<int> Ports => [Http.Port];

    protected abstract Launch Launch();

    protected async Task LaunchAsync(Launch launch, CancellationToken ct)
    {
        _process = ChildProcess.Start(launch);
        foreach (var port in Ports)
            await _process.WaitForPortAsync(port, StartDeadline, ct);
    }

    protected string FileOf(string name) => Path.Combine(Folder, name);

    /// <summary>Fills a template of <c>Rivals/Templates</c>: each <c>{{name}}</c> has to have a value.</summary>
    protected async Task WriteAsync(string template, string file, Dictionary<string, string> values, CancellationToken ct)
    {
        var text = await File.ReadAllTextAsync(Repository.Asset("Rivals", "Templates", template), ct);
        foreach (var (name, value) in values)
            text = text.Replace("{{" + name + "}}", value, StringComparison.Ordinal);
        if (text.IndexOf("{{", StringComparison.Ordinal) is >= 0 and var open)
            throw new InvalidOperationException($"{template}: no value for {text.AsSpan(open, 20)}");
        await File.WriteAllTextAsync(FileOf(file), text, ct);
    }
}
