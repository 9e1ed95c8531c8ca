using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using YarpIngress.Pipeline.Forwarding.Http1;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Proxy.Listeners;

/// <summary>
/// What clients may do with their connections, as the global settings say now. Kestrel reads its limits when a connection
/// comes, so that a change counts for new ones.
/// </summary>
internal sealed class ListenerLimits(IOptions<KestrelServerOptions> kestrel, DataPlaneOptions dataPlane, ConnectionPools pools)
{
    private static readonly ListenerSettings Default = new();
    private volatile ListenerSettings _current = Default;

    /// <summary>How long a client may stay silent on a new connection in clear before it has to say what it speaks.</summary>
    public TimeSpan FirstByteTimeout =>
        _current.HeaderTimeout == Default.HeaderTimeout ? dataPlane.FirstByteTimeout : _current.HeaderTimeout;

    /// <summary>How long a client may send nothing of a body.</summary>
    public TimeSpan BodyTimeout => _current.BodyTimeout;

    /// <summary>How many requests a connection serves; 0 for any number.</summary>
    public int Requests => _current.KeepAlive == TimeSpan.Zero ? 1 : _current.KeepAliveRequests;

    /// <summary>Whether a connection that has come in is served.</summary>
    public bool Takes(Socket connection) =>
        _current is var settings && (settings.TakesAll || (connection.LocalEndPoint is IPEndPoint local && settings.Takes(local.Address)));

    /// <summary>Follows the global settings.</summary>
    public void Apply(ListenerSettings settings)
    {
        _current = settings;
        Set(kestrel.Value.Limits, settings);
        pools.Apply(settings);
    }

    /// <summary>Sets what of the settings Kestrel keeps.</summary>
    public static void Set(KestrelServerLimits limits, ListenerSettings settings)
    {
        limits.RequestHeadersTimeout = settings.HeaderTimeout;
        if (settings.KeepAlive > TimeSpan.Zero)
            limits.KeepAliveTimeout = settings.KeepAlive;
        limits.MaxRequestLineSize = settings.LineSize;
        limits.MaxRequestHeadersTotalSize = settings.HeaderSize;
        limits.Http2.MaxRequestHeaderFieldSize = settings.HeaderSize;
        limits.Http2.MaxStreamsPerConnection = settings.ConcurrentStreams;
    }
}
