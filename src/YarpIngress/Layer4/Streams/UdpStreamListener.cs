using System.Net;
using System.Net.Sockets;
using YarpIngress.Translation.Model;
using Endpoint = YarpIngress.Translation.Model.Endpoint;

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
        foreach (var sessions in _sessions)
            sessions.EndWithout(value.Endpoints);
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

    /// <summary>A socket to the next endpoint in turn that can be reached; null when there is none.</summary>
    public (Socket Socket, Endpoint Endpoint)? Connect()
    {
        foreach (var endpoint in InTurn(Current))
        {
            if (!IPAddress.TryParse(endpoint.Address, out var address))
                continue;
            Socket? socket = null;
            try
            {
                socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
                // Sends nothing: the socket takes datagrams of this endpoint only from now on.
                socket.Connect(address, endpoint.Port);
                return (socket, endpoint);
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
