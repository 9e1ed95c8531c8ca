using YarpIngress.Layer4.Passthrough;
using YarpIngress.Layer4.Streams;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Observability.Logging;
using YarpIngress.Observability.Otlp;
using YarpIngress.Observability.Tracing;
using YarpIngress.Pipeline.Blocked;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Pipeline.Compression;
using YarpIngress.Pipeline.Forwarding.Http1;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Proxy.Listeners;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Controller;

/// <summary>The settings of the global ConfigMap, handed to all that follow them each time they change.</summary>
/// <param name="services">Those of the traffic server.</param>
/// <param name="streams">TCP and UDP ports.</param>
/// <param name="tracing">Traces.</param>
/// <param name="push">Metrics that are sent.</param>
internal sealed class SettingsInForce(IServiceProvider services, StreamServer streams, RequestTracing tracing, MetricPush push)
{
    private volatile ProcessSettings _process = new();

    /// <summary>Those of the process itself.</summary>
    public ProcessSettings Process => _process;

    /// <summary>These are in force from here on.</summary>
    public void Apply(GlobalSettings settings)
    {
        _process = settings.Process;
        // There is none where a host logs in a way of its own.
        services.GetService<LogThreshold>()?.Apply(settings.Process);
        // What is to be done with the former settings is done beside.
        _ = tracing.ApplyAsync(settings.Tracing);
        _ = push.ApplyAsync(settings);
        services.GetRequiredService<AccessLogger>().Configure(settings.AccessLog);
        services.GetRequiredService<RequestIdSettings>().Generate = settings.GenerateRequestId;
        services.GetRequiredService<HeaderDefaults>().Set(settings.Headers);
        services.GetRequiredService<CompressionDefaults>().Set(settings.Compression);
        services.GetRequiredService<ListenerLimits>().Apply(settings.Listeners);
        services.GetRequiredService<ClientTrusts>().Set(settings.Client);
        services.GetRequiredService<Blocks>().Set(settings.Blocks);
        services.GetRequiredService<CertificateTable>().Settings = settings.Tls;
        services.GetRequiredService<ConnectionPools>().Apply(settings.KeepAlive);
        services.GetRequiredService<BackendTable>().Apply(settings.KeepAlive);
        streams.Apply(settings.Stream);
        services.GetRequiredService<PassthroughHosts>().Settings = settings.Stream;
    }
}
