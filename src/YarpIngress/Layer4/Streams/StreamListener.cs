using System.Net;
using System.Net.Sockets;
using YarpIngress.Translation.Model;
using Endpoint = YarpIngress.Translation.Model.Endpoint;

namespace YarpIngress.Layer4.Streams;

/// <summary>A port that is listened on.</summary>
internal abstract class StreamListener(StreamTranslation translation, StreamHost host)
{
    private volatile StreamTranslation _current = translation;
    private uint _turn = uint.MaxValue;

    public StreamHost Host { get; } = host;

    public StreamCounts Counts { get; } = new();

    /// <summary>Where what comes now goes.</summary>
    public StreamTranslation Current => _current;

    /// <summary>The addresses that are listened on.</summary>
    public abstract IEnumerable<EndPoint> EndPoints { get; }

    /// <summary>What comes from now on goes there.</summary>
    public virtual void Set(StreamTranslation value) => _current = value;

    /// <summary>The global settings changed.</summary>
    public virtual void Apply()
    {
    }

    /// <summary>Takes nothing new; what is open goes on where that needs no listening socket.</summary>
    public abstract void Close();

    /// <summary>The endpoints in the order in which to try them, beginning with the next in turn.</summary>
    protected IEnumerable<Endpoint> InTurn(StreamTranslation translation)
    {
        var endpoints = translation.Endpoints;
        var first = endpoints.Count == 0 ? 0 : (int)(Interlocked.Increment(ref _turn) % (uint)endpoints.Count);
        for (var i = 0; i < endpoints.Count; i++)
            yield return endpoints[(first + i) % endpoints.Count];
    }

    /// <summary>A socket for each address; all or none.</summary>
    /// <exception cref="SocketException">One can't be bound.</exception>
    protected static IReadOnlyList<Socket> Bind(StreamHost host, StreamKey key)
    {
        var sockets = new List<Socket>();
        try
        {
            foreach (var address in host.Addresses)
                sockets.Add(Bind(address, key));
            return sockets;
        }
        catch
        {
            sockets.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    private static Socket Bind(IPAddress address, StreamKey key)
    {
        // A dual-mode socket takes both; a machine without IPv6 has only the other.
        var all = address.Equals(IPAddress.IPv6Any);
        if (all && !Socket.OSSupportsIPv6)
            (all, address) = (false, IPAddress.Any);
        var socket = key.Protocol is StreamProtocol.Tcp
            ? new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (all)
                socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, key.Port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
