using System.Net;
using Microsoft.AspNetCore.Connections;

namespace YarpIngress.Proxy.Listeners;

/// <summary>The address of a client.</summary>
internal static class PeerAddress
{
    /// <summary>
    /// Writes an IPv4 client of a dual-mode socket as what it is: <c>10.0.0.1</c>, not <c>::ffff:10.0.0.1</c>, in headers,
    /// logs and address lists. Once per connection, so that its text is made once, too.
    /// </summary>
    public static void Unmap(ConnectionContext connection)
    {
        if (connection.RemoteEndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } remote)
            connection.RemoteEndPoint = new IPEndPoint(remote.Address.MapToIPv4(), remote.Port);
        if (connection.LocalEndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } local)
            connection.LocalEndPoint = new IPEndPoint(local.Address.MapToIPv4(), local.Port);
    }
}
