using System.Globalization;
using System.Text.Json;
using YarpIngress.Benchmarks.Processes;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>ASP.NET with YARP and nothing else: <see cref="BareYarpApp"/> in a process of its own.</summary>
internal sealed class BareYarp : Rival
{
    private readonly int _admin = ChildProcess.FreePort();

    public override string Name => "bare YARP";

    public override bool CompilesWhileRunning => true;

    public override async Task WriteConfigurationAsync(Site site, CancellationToken ct)
    {
        var hosts = site.Hosts.Select(host => new BareYarpHost(
            host.Name,
            host.Certificate?.Certificate,
            host.Certificate?.Key,
            [.. host.Paths.Select(path => new BareYarpPath(path.Path, $"{path.Backend}"))]));
        await using var file = File.Create(FileOf("site.json"));
        await JsonSerializer.SerializeAsync(file, [.. hosts], BareYarpJson.Default.BareYarpHostArray, ct);
    }

    // As in the controller's runtime configuration. It changes when code is compiled anew, not what becomes of it: by default
    // one processor under load takes half a minute to get there.
    protected override Launch Launch() =>
        Processes.Launch.Self(BareYarpApp.Mode, $"{Http.Port}", $"{Https.Port}", FileOf("site.json"), $"{_admin}") with
        {
            Environment = new Dictionary<string, string> { ["DOTNET_TC_CallCountingDelayMs"] = "1" },
        };

    public override async Task<long?> AllocatedBytesAsync(CancellationToken ct)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri($"http://127.0.0.1:{_admin}{BareYarpApp.AllocatedPath}"), ct);
        return long.Parse(text, CultureInfo.InvariantCulture);
    }

    public override Task ReloadAsync(CancellationToken ct) =>
        throw new NotSupportedException("the bare YARP app of the throughput part reads its configuration once");
}
