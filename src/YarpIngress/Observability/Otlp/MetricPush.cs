using YarpIngress.Observability.Metrics;
using YarpIngress.Observability.Tracing;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.Otlp;

/// <summary>Sends metrics to a collector while the settings of the moment name one and ask for it.</summary>
internal sealed class MetricPush(MetricRegistry registry, TracingIdentity identity, TimeProvider time, ILogger<MetricPush> log)
    : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Active? _active;
    private Task _closing = Task.CompletedTask;

    /// <summary>What became of exports.</summary>
    public MetricExportCounts Counts { get; } = new();

    /// <summary>From now on this applies.</summary>
    /// <returns>Completes when the former settings are done with.</returns>
    public Task ApplyAsync(GlobalSettings settings)
    {
        var endpoint = settings.Metrics.Otlp ? settings.Tracing.MetricsEndpoint : null;
        var wanted = endpoint is null
            ? null
            : new Key(endpoint, settings.Tracing.Protocol, settings.Tracing.ServiceName, settings.Metrics.Interval);
        lock (_lock)
        {
            if (wanted == _active?.Key)
                return _closing;
            var former = _active;
            _active = wanted is null || endpoint is null
                ? null
                : new Active(wanted, new MetricExport(registry, endpoint, settings, identity, Counts, time, log));
            if (former is not null)
                _closing = Task.WhenAll(_closing, former.Export.DisposeAsync().AsTask());
            return _closing;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(ApplyAsync(new GlobalSettings()));

    private sealed record Key(Uri Endpoint, OtlpProtocol Protocol, string ServiceName, TimeSpan Interval);

    private sealed record Active(Key Key, MetricExport Export);
}
