using System.Net;
using System.Text.Json;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary><see cref="StockYarpApp"/> in a process of its own; its second port takes changes.</summary>
internal sealed class StockYarp : Rival
{
    // With many hosts a change takes minutes.
    private readonly HttpClient _control = new() { Timeout = TimeSpan.FromMinutes(10) };

    public override string Name => "stock YARP";

    /// <summary>Adds a host, or points one that is there to another backend.</summary>
    public async Task SetAsync(string host, IPEndPoint backend, CancellationToken ct)
    {
        using var answer = await _control.PutAsync(new Uri($"http://{Https}/{host}?backend={backend}"), content: null, ct);
        answer.EnsureSuccessStatusCode();
    }

    public override async Task WriteConfigurationAsync(Site site, CancellationToken ct)
    {
        var backends = site.Hosts.ToDictionary(host => host.Name, host => host.Paths[0].Backend.ToString());
        await using var file = File.Create(FileOf("site.json"));
        await JsonSerializer.SerializeAsync(file, backends, StockYarpJson.Default.DictionaryStringString, ct);
    }

    public override Task ReloadAsync(CancellationToken ct) => throw new NotSupportedException("changes go to its second port");

    public override async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await base.DisposeAsync();
    }

    protected override IReadOnlyList<int> Ports => [Http.Port, Https.Port];

    protected override Launch Launch() =>
        Processes.Launch.Self(StockYarpApp.Mode, $"{Http.Port}", $"{Https.Port}", FileOf("site.json"));
}
