using System.Diagnostics;
using YarpIngress.Pipeline;
using YarpIngress.Proxy;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.Tracing;

/// <summary>Tracing under one set of settings.</summary>
internal sealed partial class TraceSession : IAsyncDisposable
{
    private volatile SpanExport? _export;

    public TraceSession(TracingSettings settings, Uri endpoint, TracingIdentity identity, TracingCounts counts, ILogger log)
    {
        Settings = settings;
        // Loads OpenTelemetry's assemblies, which takes longer than a request may wait; until then none is traced.
        Ready = Task.Run(() =>
        {
            try
            {
                _export = new SpanExport(settings, endpoint, identity, counts, log);
            }
            catch (Exception error)
            {
                Log.NotStarted(log, error, endpoint);
            }
        });
    }

    /// <summary>The settings.</summary>
    public TracingSettings Settings { get; }

    /// <summary>Completes when requests are traced.</summary>
    public Task Ready { get; }

    /// <summary>Whether requests of this route are traced.</summary>
    public bool Wants(ProxyRoute? route) => route?.Route?.Policies.Tracing.Enabled ?? Settings.Enabled;

    /// <summary>The trace of a request, from when its head was read.</summary>
    public RequestTrace? Begin(GatewayRequest request)
    {
        if (_export is not { } export)
            return null;
        var policy = request.Chosen?.Route?.Policies.Tracing;
        var (parent, form, isDeferred) = SpanContext.Read(request.Context.Request.Headers);
        if (!(policy?.TrustIncomingSpan ?? Settings.TrustIncomingSpan))
            (parent, form, isDeferred) = (default, default, false);
        if (isDeferred && parent != default && !export.WouldRecord(parent.TraceId))
            parent = new ActivityContext(parent.TraceId, parent.SpanId, ActivityTraceFlags.None, parent.TraceState, isRemote: true);
        var server = export.Start(
            SpanName.Of(request, policy?.OperationName ?? Settings.OperationName), ActivityKind.Server, parent,
            DateTime.UtcNow - Stopwatch.GetElapsedTime(request.StartedAt));
        return server is null ? null : new RequestTrace(export, server, form);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Ready;
        if (_export is { } export)
            await export.DisposeAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Traces can't be sent to {Endpoint}; nothing is traced", EventName = "TracingNotStarted")]
        public static partial void NotStarted(ILogger log, Exception error, Uri endpoint);
    }
}
