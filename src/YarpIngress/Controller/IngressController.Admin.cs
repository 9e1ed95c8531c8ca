using YarpIngress.Commands.Explain;
using YarpIngress.Commands.Explain.Streams;
using YarpIngress.Controller.Following;
using YarpIngress.Layer4.Passthrough;
using YarpIngress.Observability;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Observability.Admin;
using YarpIngress.Observability.Dashboard.Api;
using YarpIngress.Observability.Dashboard.Traffic;
using YarpIngress.Observability.Metrics;
using YarpIngress.Observability.Runtime;
using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline.Forwarding.Http1;
using YarpIngress.Pipeline.Mirror;
using YarpIngress.Pipeline.OutputCache;
using YarpIngress.Proxy.Certificates;

namespace YarpIngress.Controller;

/// <content>What the admin port shows.</content>
internal sealed partial class IngressController
{
    // A first list of 100,000 Ingresses takes seconds; what takes as long as this never ends.
    private static readonly TimeSpan LongestBatch = TimeSpan.FromMinutes(2);

    private IReadOnlyList<PartHealth> Health() => [.. Listeners(), Batch(), .. _loops.Health()];

    // A socket that nobody listens on is no fault once a shutdown closes it, nor before it is opened.
    private IEnumerable<PartHealth> Listeners() => Ports.Loops.IsEmpty
        ? [new("traffic", true, "not listening yet")]
        : Ports.Loops.OrderBy(loop => $"{loop.EndPoint}", StringComparer.Ordinal).Select(loop => new PartHealth(
            $"listener {loop.EndPoint}", loop.Ended is null || _draining, loop.Ended is { } why ? $"accepts nothing: {why}" : "accepts"));

    private PartHealth Batch()
    {
        var busy = _loop.Busy;
        return new(
            "changes", busy < LongestBatch,
            busy == TimeSpan.Zero ? "all applied" : $"applying a batch for {busy.TotalSeconds:0.0} s");
    }

    private IReadOnlyList<PartHealth> Readiness()
    {
        var waiting = _loop.WaitingFor;
        var parts = new List<PartHealth>
        {
            new("shutdown", !_draining, _draining ? "in progress" : "not asked for"),
            new("sync", Synced.IsCompleted, Synced.IsCompleted ? "the first state is live" : $"waiting for {string.Join(", ", waiting)}"),
        };
        foreach (var kind in _feed.Kinds)
        {
            // A server that goes away later does not make us unready: what was learned keeps being served.
            var health = kind.Health;
            var detail = health switch
            {
                _ when kind.IsGivenUp => FollowedKind.GivenUp,
                { IsConnected: true } => $"connected since {health.Since:u}, {health.Items} objects",
                { Error: { } error } => $"not connected since {health.Since:u}: {error}",
                _ => "not connected yet",
            };
            parts.Add(new PartHealth("informer " + kind.Name, health.IsConnected || !waiting.Contains(kind.Name), detail));
        }
        var leader = _elector is null ? "without election" : _elector.IsLeader ? "this replica" : _elector.Leader ?? "nobody known";
        parts.Add(new("leader", true, leader));
        return parts;
    }

    private Task<Explanation>? Explain(ExplainedRequest request, CancellationToken ct) => Synced.IsCompleted
        ? _loop.ReadAsync(() => _explainer.Explain(request, _time.GetUtcNow().UtcDateTime), ct)
        : null;

    private Task<StreamExplanation>? ExplainStream(ExplainedStream stream, CancellationToken ct) => Synced.IsCompleted
        ? _loop.ReadAsync(() => _streamExplainer.Explain(stream), ct)
        : null;

    private void AddMetrics(MetricRegistry registry, LiveObjects live, RecentInventory inventory)
    {
        var services = _traffic.Services;
        var pools = services.GetRequiredService<ConnectionPools>();
        registry.AddBeforeWrite(ReadMetrics);
        registry.ReadGauge("queue_depth", "Changes that came from the API server and wait for the controller.", () => _loop.Queued);
        registry.AddInventory(inventory, live);
        registry.AddCertificates(services.GetRequiredService<CertificateTable>(), live, _options.ControllerClass, () => Leads);
        registry.AddApiErrors(_api.Errors);
        if (_options.Traffic.Enabled)
            registry.AddTraffic(services.GetRequiredService<TrafficTable>());
        registry.AddUpstreams(pools);
        registry.AddOutputCache(services.GetRequiredService<AnswerStore>());
        registry.AddPassthrough(services.GetRequiredService<PassthroughHosts>(), _options.Traffic.PerHost);
        registry.AddConnections(Ports, _meters, pools, services.GetRequiredService<LiveTraffic>());
        registry.AddStreams(_streams);
        registry.AddAccessLog(services.GetRequiredService<AccessLogger>());
        var mirrors = services.GetRequiredService<MirrorCopies>();
        registry.ReadCounter("mirror_requests_total", "Copies of requests that were begun to be sent to mirrors.", () => mirrors.Begun);
        registry.ReadCounter("mirror_requests_dropped_total", "Copies of requests that were dropped, since too many were on their way.",
            () => mirrors.Dropped);
        registry.AddProcess();
        registry.ReadCounter("otlp_exports_total", "Exports of all metrics that the collector took.", () => _push.Counts.Sent);
        registry.ReadCounter("otlp_export_failures_total", "Exports of metrics that the collector did not take, or not as a whole.",
            () => _push.Counts.Failed);
    }

    private void ReadMetrics()
    {
        _metrics.Leads.Set(Leads ? 1 : 0);
        _metrics.EventsDropped.IncTo(_recorder.Dropped);
        _metrics.SpansSent.IncTo(_tracing.Counts.SpansSent);
        _metrics.SpansDroppedQueueFull.IncTo(_tracing.Counts.SpansDroppedQueueFull);
        _metrics.SpansDroppedExportFailed.IncTo(_tracing.Counts.SpansDroppedExportFailed);
        foreach (var kind in _feed.Kinds)
        {
            var health = kind.Health;
            // What may not be read, and is gone on without, is no outage.
            if (kind.IsGivenUp)
                _metrics.InformerUp.Remove(kind.Name);
            else
                _metrics.InformerUp.WithLabels(kind.Name).Set(health.IsConnected ? 1 : 0);
            _metrics.InformerErrors.WithLabels(kind.Name).IncTo(health.Failures);
            _metrics.InformerRestarts.WithLabels(kind.Name).IncTo(Math.Max(0, health.Lists - 1));
            _metrics.WatchRestarts.WithLabels(kind.Name).IncTo(Math.Max(0, health.Watches - 1));
        }
    }
}
