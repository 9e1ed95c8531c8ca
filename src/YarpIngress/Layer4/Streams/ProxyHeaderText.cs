using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Layer4.Streams;

/// <summary>The line that tells a pod whose connection it gets: version 1 of the PROXY protocol, as nginx writes it.</summary>
internal static class ProxyHeaderText
{
    /// <summary>The header of a connection.</summary>
    /// <param name="client">The client.</param>
    /// <param name="local">Where it came in.</param>
    public static byte[] Of(EndPoint? client, EndPoint? local)
    {
        if (client is not IPEndPoint { Address: var source, Port: var sourcePort }
            || local is not IPEndPoint { Address: var target, Port: var port })
            return "PROXY UNKNOWN\r\n"u8.ToArray();
        // One line has addresses of one family: a client that a proxy tells of may have another than the connection.
        var isIPv6 = source.AddressFamily is AddressFamily.InterNetworkV6 || target.AddressFamily is AddressFamily.InterNetworkV6;
        if (isIPv6)
            (source, target) = (source.MapToIPv6(), target.MapToIPv6());
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"PROXY {(isIPv6 ? "TCP6" : "TCP4")} {source} {target} {sourcePort} {port}\r\n"));
    }
}
