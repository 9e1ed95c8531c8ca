using System.Diagnostics;
using YarpIngress.Benchmarks.Processes;

namespace YarpIngress.Benchmarks.Cluster;

/// <summary>The controller with its defaults, in a process of its own.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly HttpClient _admin = new();

    private GatewayProcess(ChildProcess process) => Process = process;

    public ChildProcess Process { get; }

    public required int HttpPort { get; init; }

    public required int HttpsPort { get; init; }

    public required int AdminPort { get; init; }

    /// <summary>From the start of the process until <c>/readyz</c> said yes.</summary>
    public TimeSpan StartToReady { get; private set; }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="cluster">What it follows.</param>
    /// <param name="processor">The processor that it may use; null for all.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<GatewayProcess> StartAsync(BenchmarkCluster cluster, int? processor, CancellationToken ct)
    {
        var (http, https, admin) = (ChildProcess.FreePort(), ChildProcess.FreePort(), ChildProcess.FreePort());
        var launch = Launch.Controller(
            "--kubeconfig", cluster.Kubeconfig, "--bind-address", "127.0.0.1", "--healthz-host", "127.0.0.1",
            "--http-port", $"{http}", "--https-port", $"{https}", "--healthz-port", $"{admin}");
        var started = Stopwatch.GetTimestamp();
        var process = ChildProcess.Start(launch with { Processor = processor, DiscardsOutput = true });
        var gateway = new GatewayProcess(process) { HttpPort = http, HttpsPort = https, AdminPort = admin };
        try
        {
            await process.WaitAsync("ready", TimeSpan.FromMinutes(5), gateway.IsReadyAsync, ct);
            gateway.StartToReady = Stopwatch.GetElapsedTime(started);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>What <c>/metrics</c> says now.</summary>
    public async Task<GatewayMetrics> MetricsAsync(CancellationToken ct) =>
        new(await _admin.GetStringAsync(new Uri($"http://127.0.0.1:{AdminPort}/metrics"), ct));

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await Process.DisposeAsync();
    }

    private async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            using var answer = await _admin.GetAsync(new Uri($"http://127.0.0.1:{AdminPort}/readyz"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
