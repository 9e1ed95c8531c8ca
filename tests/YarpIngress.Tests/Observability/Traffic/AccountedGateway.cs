using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Observability.Metrics;
using YarpIngress.Observability.Traffic;
using YarpIngress.Proxy;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Observability.Traffic;

/// <summary>A gateway whose access log and metrics can be read.</summary>
internal sealed class AccountedGateway : IAsyncDisposable
{
    private readonly StreamReader _lines;

    private AccountedGateway(Gateway gateway, StreamReader lines)
    {
        (Gateway, _lines) = (gateway, lines);
        Registry.AddTraffic(gateway.Services.GetRequiredService<TrafficTable>());
        Registry.AddAccessLog(AccessLog);
    }

    public Gateway Gateway { get; }

    public MetricRegistry Registry { get; } = new("n_", []);

    public AccessLogger AccessLog => Gateway.Services.GetRequiredService<AccessLogger>();

    public static async Task<AccountedGateway> StartAsync(TrafficOptions? traffic = null, Stream? output = null)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var gateway = await Gateway.StartAsync(new DataPlaneOptions
        {
            HttpPort = 0,
            HttpsPort = 0,
            BindAddresses = [IPAddress.Loopback],
            Traffic = traffic ?? new TrafficOptions(),
            StandardOutput = output ?? pipe.Writer.AsStream(),
        });
        return new AccountedGateway(gateway, new StreamReader(pipe.Reader.AsStream()));
    }

    /// <summary>The next line of the access log.</summary>
    public async Task<string> LineAsync() =>
        await _lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) ?? "";

    /// <summary>The value of a series; 0 when it is not there.</summary>
    public async Task<double> ValueAsync(string series)
    {
        var text = await Registry.TextAsync();
        var line = text.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _lines.Dispose();
    }
}
