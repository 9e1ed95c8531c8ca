using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Listeners;
using YarpIngress.Proxy.Listeners.ProxyProtocol;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Layer4.Streams;

/// <summary>What all TCP and UDP ports share.</summary>
internal sealed class StreamHost(
    DataPlaneOptions options, ConnectionRoom room, ProxyConnections proxies, AccessLogger accessLog, ILoggerFactory loggers,
    TimeProvider time)
    : IDisposable
{
    private volatile StreamSettings _settings = new();

    /// <summary>Where to listen.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; } = options.BindAddresses is { Count: > 0 } some ? some : [IPAddress.IPv6Any];

    /// <summary>Reads headers of the PROXY protocol.</summary>
    public ProxyConnections Proxies => proxies;

    /// <summary>Takes a line for each connection and session.</summary>
    public AccessLogger AccessLog => accessLog;

    public TimeProvider Time => time;

    public ILoggerFactory Loggers => loggers;

    /// <summary>Makes Kestrel's connections of accepted sockets, on the thread that polls them.</summary>
    public SocketConnectionContextFactory Connections { get; } = new(
        new SocketConnectionFactoryOptions { UnsafePreferInlineScheduling = true }, loggers.CreateLogger<SocketConnectionContextFactory>());

    /// <summary>Places of TCP connections.</summary>
    public Places ConnectionPlaces { get; } = new(options.Streams.MostConnections, room);

    /// <summary>Places of UDP sessions.</summary>
    public Places SessionPlaces { get; } = new(options.Streams.MostSessions, room);

    /// <summary>The gateway stops: nothing new is taken.</summary>
    public CancellationTokenSource Draining { get; } = new();

    /// <summary>The gateway has stopped: what is open is cut off.</summary>
    public CancellationTokenSource Stopped { get; } = new();

    /// <summary>What the global settings say now.</summary>
    public StreamSettings Settings
    {
        get => _settings;
        set => _settings = value;
    }

    public void Dispose()
    {
        Connections.Dispose();
        Draining.Dispose();
        Stopped.Dispose();
    }
}
