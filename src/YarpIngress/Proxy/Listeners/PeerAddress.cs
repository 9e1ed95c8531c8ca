using System.Net;
using Microsoft.AspNetCore.Connections;

namespace YarpIngress.Proxy.Listeners;

/// <summary>The address of a client.</summary>
internal static class PeerAddress
{
    /// <summary>
    /// Writes an IPv4 client of a dual-mode socket as what it is: <c>10.0.0.1</c>, not <c>::ffff:10.0.0.1</c>, and a
    /// link-local one without this machine's interface: <c>fe80::1</c>, not <c>fe80::1%2</c>; in headers, logs and address
    /// lists. Once per connection, so that its text is made once, too.
    /// </summary>
    public static void Unmap(ConnectionContext connection)
    {
        connection.RemoteEndPoint = Plain(connection.RemoteEndPoint);
        connection.LocalEndPoint = Plain(connection.LocalEndPoint);
    }

    /// <summary>The same of one address.</summary>
    public static EndPoint? Plain(EndPoint? endPoint) => endPoint is not IPEndPoint { Address: var address, Port: var port }
        ? endPoint
        : address.IsIPv4MappedToIPv6
            ? new IPEndPoint(address.MapToIPv4(), port)
            : address.IsIPv6LinkLocal && address.ScopeId != 0
                ? new IPEndPoint(new IPAddress(address.GetAddressBytes()), port)
                : endPoint;
}
