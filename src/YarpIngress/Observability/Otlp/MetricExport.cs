using YarpIngress.Observability.Metrics;
using YarpIngress.Observability.Tracing;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.Otlp;

/// <summary>Sends all metrics to a collector from time to time, under one set of settings, and once more at its end.</summary>
internal sealed partial class MetricExport : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);
    private static readonly ulong StartedAt = Nanoseconds(DateTimeOffset.UtcNow);

    private readonly MetricRegistry _registry;
    private readonly OtlpConnection _connection;
    private readonly byte[] _resource;
    private readonly MetricExportCounts _counts;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Uri _endpoint;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;
    private bool _isFailing;

    public MetricExport(
        MetricRegistry registry, Uri endpoint, GlobalSettings settings, TracingIdentity identity, MetricExportCounts counts,
        TimeProvider time, ILogger log)
    {
        (_registry, _endpoint, _counts, _time, _log) = (registry, endpoint, counts, time, log);
        _connection = new OtlpConnection(endpoint, settings.Tracing.Protocol);
        _resource = OtlpMetricWriter.Resource(
        [
            new("service.name", settings.Tracing.ServiceName), new("service.version", ProductVersion.Release),
            new("service.instance.id", identity.Instance),
            .. identity.Attributes.Select(attribute => KeyValuePair.Create(attribute.Key, attribute.Value.ToString() ?? "")),
        ]);
        _sending = Task.Run(() => SendAsync(settings.Metrics.Interval));
    }

    /// <summary>Sends a last time, for a short while.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        using var late = new CancellationTokenSource(Farewell, _time);
        try
        {
            await ExportAsync(late.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            _counts.Fail();
        }
        _connection.Dispose();
        _stop.Dispose();
    }

    private static ulong Nanoseconds(DateTimeOffset time) => (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;

    private async Task SendAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await ExportAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The exit that was asked for.
        }
    }

    private async Task ExportAsync(CancellationToken ct)
    {
        string? failure = null;
        var writer = new OtlpMetricWriter(
            _resource, _registry.ConstantLabels, StartedAt, Nanoseconds(_time.GetUtcNow()), async (message, token) =>
            {
                // One piece that is not taken says enough of the others.
                failure ??= await _connection.SendAsync(message, token);
            });
        try
        {
            await _registry.WriteAsync(writer, ct);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A metric that can't be read: the next time is another chance, and nobody else may suffer from it.
            failure = error.Message;
        }
        if (failure is null)
            _counts.Send();
        else
            _counts.Fail();
        Tell(failure);
    }

    private void Tell(string? failure)
    {
        if (_isFailing == failure is not null)
            return;
        _isFailing = failure is not null;
        if (failure is not null)
            Log.Failing(_log, _endpoint, failure);
        else
            Log.Recovered(_log, _endpoint);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The collector {Endpoint} does not take metrics: {Error}", EventName = "MetricsNotSent")]
        public static partial void Failing(ILogger log, Uri endpoint, string error);

        [LoggerMessage(2, LogLevel.Information, "The collector {Endpoint} takes metrics again", EventName = "MetricsSent")]
        public static partial void Recovered(ILogger log, Uri endpoint);
    }
}
