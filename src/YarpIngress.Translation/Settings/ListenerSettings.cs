using System.Net;
using System.Net.Sockets;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>What the global ConfigMap says of connections from clients. Connections that exist keep what they began with.</summary>
public sealed record ListenerSettings
{
    /// <summary><c>client-header-timeout</c>: how long a client may take from its first byte to the end of a request's headers.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>client-body-timeout</c>: how long a client may send nothing of a body that it has begun.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>keep-alive</c>: how long a connection waits for its next request; zero serves one request on each.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary><c>keep-alive-requests</c>: how many requests a connection serves; 0 for any number.</summary>
    public int KeepAliveRequests { get; init; }

    /// <summary><c>large-client-header-buffers</c>: bytes of a request line.</summary>
    public int LineSize { get; init; } = 8 * 1024;

    /// <summary>
    /// <c>large-client-header-buffers</c>: bytes of all headers of a request. 64 KB rather than nginx's 32, since HTTP/2 counts an
    /// overhead per header, and Kerberos tickets and cookies of browsers come close.
    /// </summary>
    public int HeaderSize { get; init; } = 64 * 1024;

    /// <summary><c>http2-max-concurrent-streams</c>: how many requests of one HTTP/2 connection are served at once.</summary>
    public int ConcurrentStreams { get; init; } = 128;

    /// <summary><c>bind-address</c>: the addresses of the gateway at which connections come in; see <see cref="Takes"/>.</summary>
    public EquatableArray<IPAddress> Addresses { get; init; }

    /// <summary><c>disable-ipv6</c>: whether connections over IPv6 are closed.</summary>
    public bool DisableIPv6 { get; init; }

    /// <summary>Whether it does not matter at which address a connection comes in.</summary>
    public bool TakesAll => !DisableIPv6 && Addresses.Count == 0;

    /// <summary>
    /// Whether a connection to one of the gateway's addresses is served: to any of a family of which <c>bind-address</c> names
    /// none, as in ingress-nginx.
    /// </summary>
    public bool Takes(IPAddress local)
    {
        var address = AddressText.Plain(local);
        if (DisableIPv6 && address.AddressFamily is AddressFamily.InterNetworkV6)
            return false;
        var isNamed = false;
        foreach (var named in Addresses)
        {
            if (named.Equals(address))
                return true;
            isNamed |= named.AddressFamily == address.AddressFamily;
        }
        return !isNamed;
    }
}
