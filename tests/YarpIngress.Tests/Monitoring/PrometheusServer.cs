using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace YarpIngress.Tests.Monitoring;

/// <summary>Debian's Prometheus on a loopback port of its own, which scrapes one target every second.</summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;
    private readonly Process _process;
    private readonly HttpClient _client = new();
    private Task _rest = Task.CompletedTask;

    private PrometheusServer(DirectoryInfo directory, Process process) => (_directory, _process) = (directory, process);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Starts it. The test is skipped where there is none.</summary>
    public static async Task<PrometheusServer> StartAsync(int adminPort)
    {
        Assert.SkipWhen(PrometheusTool.Prometheus is null, PrometheusTool.Missing);
        var directory = Directory.CreateTempSubdirectory("yarp-ingress-prometheus-");
        var config = Path.Combine(directory.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(config, $$"""
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
            rule_files: [{{Path.Combine(MonitoringFiles.Directory, "rules.yaml")}}]
            scrape_configs:
            - job_name: yarp-ingress
              honor_labels: true
              static_configs: [{targets: ["127.0.0.1:{{adminPort}}"]}]
            """, Ct);
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(
                PrometheusTool.Prometheus ?? "",
                [
                    $"--config.file={config}", $"--storage.tsdb.path={Path.Combine(directory.FullName, "data")}",
                    "--web.listen-address=127.0.0.1:0", "--log.level=info",
                ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.Start();
        var server = new PrometheusServer(directory, process);
        try
        {
            server._client.BaseAddress = new Uri($"http://127.0.0.1:{await ListeningAsync(process)}/");
            // What it says later is of no interest, but a full pipe would hold it up.
            server._rest = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The labels and values of a query.</summary>
    public async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, double Value)>> QueryAsync(string query)
    {
        using var answer = await _client.GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}", Ct);
        if (!answer.IsSuccessStatusCode)
            return []; // It answers 503 until its storage is open.
        using var json = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(Ct), cancellationToken: Ct);
        return
        [
            .. json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(sample => (
                (IReadOnlyDictionary<string, string>)sample.GetProperty("metric").EnumerateObject()
                    .ToDictionary(label => label.Name, label => label.Value.GetString() ?? ""),
                double.Parse(sample.GetProperty("value")[1].GetString() ?? "", CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>Whether a query is one, whatever it finds.</summary>
    public async Task<bool> IsTakenAsync(string query)
    {
        using var answer = await _client.GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}", Ct);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>The one value of a query; null when there is none.</summary>
    public async Task<double?> ValueAsync(string query) => await QueryAsync(query) is [var (_, value)] ? value : null;

    /// <summary>Waits until a query has one value, this one: a scrape that takes too long leaves no value until the next.</summary>
    public Task UntilAsync(string query, double value) => Wait.ForAsync(() => ValueAsync(query), seen => seen == value, query);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _rest;
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private static async Task<string> ListeningAsync(Process process)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        late.CancelAfter(Wait.Deadline);
        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync(late.Token) is { } line)
        {
            said.Add(line);
            if (Listening().Match(line) is { Success: true } match)
                return match.Groups[1].Value;
        }
        throw new InvalidOperationException($"prometheus does not start: {string.Join('\n', said)}");
    }

    [GeneratedRegex("""msg="Listening on" address=127\.0\.0\.1:(\d+)""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
