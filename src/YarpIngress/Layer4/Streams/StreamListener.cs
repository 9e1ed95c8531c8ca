using System.Net;
using System.Net.Sockets;
using YarpIngress.Translation.Model;

namespace YarpIngress.Layer4.Streams;

/// <summary>A port that is listened on.</summary>
internal abstract class StreamListener(StreamTranslation translation, StreamHost host)
{
    private volatile StreamTarget _target = new(translation);
    private uint _turn = uint.MaxValue;

    public StreamHost Host { get; } = host;

    public StreamCounts Counts { get; } = new();

    /// <summary>Where what comes now goes.</summary>
    public StreamTranslation Current => _target.Translation;

    /// <summary>The addresses that are listened on.</summary>
    public abstract IEnumerable<EndPoint> EndPoints { get; }

    /// <summary>What comes from now on goes there.</summary>
    public virtual void Set(StreamTranslation value) => _target = new StreamTarget(value);

    /// <summary>The global settings changed.</summary>
    public virtual void Apply()
    {
    }

    /// <summary>Takes nothing new; what is open goes on where that needs no listening socket.</summary>
    public abstract void Close();

    /// <summary>The pods in the order in which to try them for a client that comes now.</summary>
    /// <param name="client">Its address, where that decides.</param>
    protected IEnumerable<PodAddress> PodsFor(Func<IPAddress?> client)
    {
        var target = _target;
        return target.Translation.IsByClient
            ? PodOrder.Of(target.Pods, client())
            : PodOrder.InTurn(target.Pods, Interlocked.Increment(ref _turn));
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

    /// <summary>Where a port leads, with its pods laid out for connecting.</summary>
    private sealed class StreamTarget(StreamTranslation translation)
    {
        public StreamTranslation Translation { get; } = translation;

        public IReadOnlyList<PodAddress> Pods { get; } = [.. translation.Endpoints.Select(one => new PodAddress(one.ToString()))];
    }
}
