using YarpIngress.Pipeline;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.Tracing;

/// <summary>
/// Begins and ends the traces of requests, as the settings of the moment say. While there is no collector, that is one
/// field to look at.
/// </summary>
internal sealed class RequestTracing(TracingIdentity identity, ILogger<RequestTracing> log) : IAsyncDisposable
{
    private volatile TraceSession? _session;
    private readonly Lock _lock = new();
    private Task _closing = Task.CompletedTask;
    private int _open;

    /// <summary>What became of spans.</summary>
    public TracingCounts Counts { get; } = new();

    /// <summary>How many traces have begun and not ended.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>From now on this applies. Spans that wait are still sent.</summary>
    /// <returns>Completes when the former settings are done with, and the new ones in use.</returns>
    public Task ApplyAsync(TracingSettings settings)
    {
        lock (_lock)
        {
            var former = _session;
            if (former?.Settings == settings)
                return _closing;
            _session = settings.Endpoint is { } endpoint ? new TraceSession(settings, endpoint, identity, Counts, log) : null;
            if (former is not null)
                _closing = Task.WhenAll(_closing, former.DisposeAsync().AsTask());
            return Task.WhenAll(_closing, _session?.Ready ?? Task.CompletedTask);
        }
    }

    /// <summary>The request's route is known: its trace begins, if it has one.</summary>
    public void Begin(GatewayRequest request)
    {
        if (_session is not { } session || !session.Wants(request.Chosen))
            return;
        request.Trace = session.Begin(request);
        if (request.Trace is not null)
            Interlocked.Increment(ref _open);
    }

    /// <summary>The request has ended.</summary>
    public void End(GatewayRequest request)
    {
        // Those that were answered before their route was known, or for want of one, are told of too.
        if (request.Trace is null)
            Begin(request);
        if (request.Trace is not { } trace)
            return;
        trace.End(request);
        Interlocked.Decrement(ref _open);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(ApplyAsync(new TracingSettings()));
}
