using System.Diagnostics;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Observability.Dashboard.Traffic;
using YarpIngress.Observability.Failures;
using YarpIngress.Observability.Tracing;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Pipeline;

/// <summary>
/// What Kestrel calls for each request. ASP.NET's own would add a scope of services, a logging scope, an Activity and
/// meters to each of them, which nobody here looks at.
/// </summary>
internal sealed class GatewayApplication(
    RequestDelegate pipeline,
    RequestIdSettings ids,
    HeaderDefaults headers,
    ClientTrusts clients,
    RequestTracing tracing,
    Accounting accounting,
    RecentFailures failures,
    LiveTraffic traffic,
    ListenerLimits limits)
    : IHttpApplication<GatewayRequest>
{
    /// <inheritdoc/>
    public GatewayRequest CreateContext(IFeatureCollection contextFeatures)
    {
        var container = (IHostContextContainer<GatewayRequest>)contextFeatures;
        var request = container.HostContext ??= new GatewayRequest();
        request.Begin(contextFeatures, headers.Current, clients.Trust, hasOnlySentId: !ids.Generate);
        if (limits.Requests is > 0 and var most && request.NumberOnConnection() >= most)
            contextFeatures.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return request;
    }

    /// <inheritdoc/>
    public Task ProcessRequestAsync(GatewayRequest context) => pipeline(context.Context);

    /// <inheritdoc/>
    public void DisposeContext(GatewayRequest context, Exception? exception)
    {
        // Here rather than in the pipeline: the answer has been sent as far as it will be, and it costs no task.
        try
        {
            // One look at the clock for all of them.
            var endedAt = Stopwatch.GetTimestamp();
            tracing.End(context);
            accounting.Complete(context, endedAt);
            failures.Remember(context);
            traffic.Record(context.Context.Response.StatusCode, Stopwatch.GetElapsedTime(context.StartedAt, endedAt));
        }
        finally
        {
            // Whatever fails above: the next request on this connection is another one's.
            context.End();
        }
    }
}
