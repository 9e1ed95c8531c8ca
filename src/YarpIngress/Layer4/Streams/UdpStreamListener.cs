using System.Net;
using System.Net.Sockets;
using YarpIngress.Translation.Model;

namespace YarpIngress.Layer4.Streams;

/// <summary>A UDP port: the datagrams of a client go to one endpoint until its session ends.</summary>
internal sealed class UdpStreamListener : StreamListener
{
    private readonly IReadOnlyList<UdpSessions> _sessions;

    /// <exception cref="SocketException">The port can't be listened on.</exception>
    public UdpStreamListener(StreamTranslation translation, StreamHost host) : base(translation, host)
    {
        var sockets = Bind(host, translation.Port.Key);
        EndPoints = [.. sockets.Select(socket => socket.LocalEndPoint).OfType<EndPoint>()];
        _sessions = [.. sockets.Select(socket => new UdpSessions(this, socket))];
    }

    /// <inheritdoc/>
    public override IEnumerable<EndPoint> EndPoints { get; }

    /// <summary>Whether no client waits for an answer.</summary>
    public bool IsQuiet => _sessions.All(sessions => sessions.IsEmpty);

    /// <inheritdoc/>
    public override void Set(StreamTranslation value)
    {
        base.Set(value);
        var pods = value.Endpoints.Select(endpoint => endpoint.ToString()).ToHashSet();
        foreach (var sessions in _sessions)
            sessions.EndWithout(pods);
    }

    /// <inheritdoc/>
    public override void Apply()
    {
        foreach (var sessions in _sessions)
            sessions.Sweep();
    }

    /// <inheritdoc/>
    public override void Close()
    {
        foreach (var sessions in _sessions)
            sessions.Dispose();
    }

    /// <summary>A socket to the first pod for a client that can be reached; null when there is none.</summary>
    /// <param name="client">Its address, where that decides.</param>
    public (Socket Socket, PodAddress Pod)? Connect(Func<IPAddress?> client)
    {
        foreach (var pod in PodsFor(client))
        {
            if (pod.EndPoint is not IPEndPoint endPoint)
                continue;
            Socket? socket = null;
            try
            {
                socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
                // Sends nothing: the socket takes datagrams of this pod only from now on.
                socket.Connect(endPoint);
                return (socket, pod);
            }
            catch (SocketException)
            {
                // No way to its network, or no file descriptor left.
                socket?.Dispose();
                Counts.Miss();
            }
        }
        return null;
    }
}
