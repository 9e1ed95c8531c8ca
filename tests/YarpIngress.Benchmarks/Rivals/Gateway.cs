using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Kubernetes;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>
/// The published controller with its defaults. It reads the site from an API server in another process; its standard
/// output, which is its access log, goes to /dev/null.
/// </summary>
internal sealed class Gateway(string name) : Rival
{
    private const string SettingsName = "settings";
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(5);
    private readonly int _admin = ChildProcess.FreePort();
    private ChildProcess? _apiServer;

    public Gateway()
        : this("yarp-ingress")
    {
    }

    public override string Name => name;

    public override bool CompilesWhileRunning => true;

    /// <summary>How many hosts one Ingress of the site holds.</summary>
    public int HostsPerIngress { get; init; } = 1;

    /// <summary>Flags beyond those that say where it listens.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>What the global ConfigMap says; none by default.</summary>
    public Dictionary<string, string> Settings { get; init; } = [];

    private string Kubeconfig => FileOf("kubeconfig");

    public override async Task StartAsync(Site site, int? processor, CancellationToken ct)
    {
        // On the load's processor: it is idle when the load runs.
        _apiServer = ChildProcess.Start(Processes.Launch.ApiServer(Kubeconfig));
        await _apiServer.WaitAsync("start of the API server", StartDeadline, _ => Task.FromResult(File.Exists(Kubeconfig)), ct);
        await WriteConfigurationAsync(site, ct);
        await LaunchAsync(Launch() with { Processor = processor, DiscardsOutput = true }, ct);
        await WaitUntilReadyAsync(ct);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_apiServer is not null)
            await _apiServer.DisposeAsync();
    }

    public override async Task WriteConfigurationAsync(Site site, CancellationToken ct)
    {
        using var api = new ApiClient(ClusterConfig.FromKubeconfig(Kubeconfig));
        await SiteObjects.CreateAsync(api, site, HostsPerIngress, ct);
        if (site.Streams is not null)
        {
            await api.CreateAsync(SiteObjects.ConfigMap("tcp", new() { [$"{Tcp.Port}"] = SiteObjects.StreamService }), ct);
            await api.CreateAsync(SiteObjects.ConfigMap("udp", new() { [$"{Udp.Port}"] = SiteObjects.StreamService }), ct);
        }
        if (Settings.Count > 0)
            await api.CreateAsync(SiteObjects.ConfigMap(SettingsName, Settings), ct);
    }

    public override async Task<long?> AllocatedBytesAsync(CancellationToken ct)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{_admin}/metrics"), ct);
        return answer.IsSuccessStatusCode ? new GatewayMetrics(await answer.Content.ReadAsStringAsync(ct)).AllocatedBytes : null;
    }

    protected override Launch Launch() => Processes.Launch.Controller(
    [
        "--kubeconfig", Kubeconfig, "--bind-address", "127.0.0.1", "--healthz-host", "127.0.0.1",
        "--http-port", $"{Http.Port}", "--https-port", $"{Https.Port}", "--healthz-port", $"{_admin}",
        "--tcp-services-configmap", $"{SiteObjects.Namespace}/tcp", "--udp-services-configmap", $"{SiteObjects.Namespace}/udp",
        .. Settings.Count > 0 ? ["--configmap", $"{SiteObjects.Namespace}/{SettingsName}"] : Array.Empty<string>(), .. Flags,
    ]);

    public override Task ReloadAsync(CancellationToken ct) =>
        throw new NotSupportedException("the controller has no reload: change the objects");

    private async Task WaitUntilReadyAsync(CancellationToken ct)
    {
        using var client = new HttpClient();
        await Process.WaitAsync("ready", StartDeadline, IsReadyAsync, ct);

        async Task<bool> IsReadyAsync(CancellationToken token)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{_admin}/readyz"), token);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }
}
