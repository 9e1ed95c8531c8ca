using System.Net;
using System.Net.Sockets;

namespace YarpIngress.Layer4.Streams;

/// <summary>Addresses as sockets give them with each datagram, without an object for each.</summary>
internal static class SocketAddresses
{
    /// <summary>An IPv4 address as such, where IPv6 carries it too.</summary>
    public static IPEndPoint ToEndPoint(this SocketAddress address)
    {
        var any = address.Family is AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        var endPoint = (IPEndPoint)new IPEndPoint(any, 0).Create(address);
        if (endPoint.Address.IsIPv4MappedToIPv6)
            endPoint.Address = endPoint.Address.MapToIPv4();
        return endPoint;
    }

    /// <summary>One to keep: the next datagram is written over the socket's own.</summary>
    public static SocketAddress Copy(this SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }
}
