using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Layer4.Passthrough;
using YarpIngress.Layer4.Streams;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Observability.Dashboard.Traffic;
using YarpIngress.Observability.Failures;
using YarpIngress.Observability.Tracing;
using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline.Blocked;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Pipeline.Compression;
using YarpIngress.Pipeline.Draining;
using YarpIngress.Pipeline.ExternalAuth;
using YarpIngress.Pipeline.Forwarding.Http1;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Pipeline.Health;
using YarpIngress.Pipeline.Limits;
using YarpIngress.Pipeline.Login;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Pipeline.Mirror;
using YarpIngress.Pipeline.OutputCache;
using YarpIngress.Pipeline.RateLimiter;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Proxy.Clients;
using YarpIngress.Proxy.Listeners;
using YarpIngress.Proxy.Listeners.ProxyProtocol;
using YarpIngress.Proxy.Routing;

namespace YarpIngress.Pipeline;

/// <summary>The services of the data plane.</summary>
internal static class DataPlaneServices
{
    /// <summary>
    /// Adds <see cref="DataPlane"/>, <see cref="TrafficPorts"/> and <see cref="DrainSwitch"/>, and has Kestrel
    /// listen for traffic. That Kestrel serves nothing else: the admin port belongs to another one.
    /// </summary>
    public static IServiceCollection AddDataPlane(this IServiceCollection services, DataPlaneOptions options)
    {
        services.AddReverseProxy().LoadFromMemory([], []);
        RemoveUnused(services);
        services.AddSingleton<HttpClients>();
        AddForwarder(services);
        services.AddSingleton(options);
        services.AddSingleton(new TrafficTable(options.Traffic));
        services.AddSingleton<AccessLogger>();
        services.AddSingleton<Accounting>();
        services.AddSingleton<ConfigCheck>();
        services.AddSingleton<PassiveHealth>();
        services.AddSingleton<BackendTable>();
        services.AddSingleton<CertificateTable>();
        // Not by way of the data plane, whose services want Kestrel's options, which want the handshakes.
        services.AddSingleton<RoutingTable<ProxyRoute>>();
        services.AddSingleton<DataPlane>();
        services.AddSingleton<Handshakes>();
        services.AddSingleton<DrainSwitch>();
        services.AddSingleton<HealthCheck>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RecentFailures>();
        services.AddSingleton<LiveTraffic>();
        services.AddSingleton(options.Identity);
        services.AddSingleton<RequestTracing>();
        services.AddSingleton<RequestIdSettings>();
        services.AddSingleton<HeaderDefaults>();
        services.AddSingleton<CompressionDefaults>();
        services.AddSingleton<ClientTrusts>();
        services.AddSingleton<ProxyConnections>();
        services.AddSingleton<Blocks>();
        services.AddSingleton<MirrorCopies>();
        services.AddSingleton<LimitZones>();
        services.AddSingleton<RateZones>();
        services.AddSingleton<AnswerStore>();
        services.AddSingleton<PasswordQueue>();
        services.AddSingleton<DigestLogin>();
        services.AddSingleton<LoginCheck>();
        services.AddSingleton<ClusterNames>();
        services.AddSingleton<AuthClient>();
        services.AddSingleton<AuthAnswers>();
        services.AddSingleton<ExternalAuthCheck>();
        services.AddSingleton<PassthroughHosts>();
        services.AddSingleton(options.Passthrough);
        services.AddSingleton<PassthroughListener>();
        services.AddSingleton<TrafficPorts>();
        services.AddSingleton(options.MostConnections is { } most ? new ConnectionRoom(most) : ConnectionRoom.OfFiles());
        services.AddSingleton<StreamServer>();
        services.AddSingleton<ListenerLimits>();
        services.AddSingleton<IConnectionListenerFactory, TrafficListenerFactory>();
        services.AddSingleton<IPostConfigureOptions<KestrelServerOptions>, TrafficListeners>();
        // A request is read, routed and answered on the thread that its socket is polled by; see InlineSockets.
        services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);
        services.AddLogging(log => log
            // A request is reported once, by this pipeline, without a stack trace; YARP would do so two times more.
            .AddFilter("Yarp", LogLevel.Warning)
            .AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.None));
        return services;
    }

    /// <summary>Puts the forwarder to plain HTTP/1.1 in front of YARP's, which it hands everything else to.</summary>
    private static void AddForwarder(IServiceCollection services)
    {
        var yarp = services.Single(service => service.ServiceType == typeof(IHttpForwarder)).ImplementationType
            ?? throw new InvalidOperationException("YARP registers its forwarder in another way than it used to.");
        services.TryAddSingleton(new Http1Limits());
        services.AddSingleton<ConnectionPools>();
        services.Replace(ServiceDescriptor.Singleton<IHttpForwarder>(provider => new Http1Forwarder(
            (IHttpForwarder)ActivatorUtilities.CreateInstance(provider, yarp), provider.GetRequiredService<ConnectionPools>())));
    }

    /// <summary>What comes with YARP, is not used here, and is not free.</summary>
    private static void RemoveUnused(IServiceCollection services)
    {
        // A web application that finds it runs the authorization middleware for every request.
        services.RemoveAll<IAuthorizationHandlerProvider>();
        // Makes a key at start and writes it to the home directory, which a container may not have.
        foreach (var keys in services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Assembly == typeof(KeyManagementOptions).Assembly).ToArray())
            services.Remove(keys);
    }
}
