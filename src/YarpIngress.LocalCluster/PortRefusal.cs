using System.Net;
using System.Net.Sockets;

namespace YarpIngress.LocalCluster;

/// <summary>Whether a port can be listened on.</summary>
internal static class PortRefusal
{
    /// <summary>Why it can't, for people; null when it can.</summary>
    public static string? Of(int port, IPAddress? address = null)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address ?? IPAddress.Loopback, port));
            socket.Listen(1);
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"another process listens on port {port}",
                SocketError.AccessDenied => $"port {port} needs privileges that this process lacks",
                _ => e.Message,
            };
        }
    }
}
