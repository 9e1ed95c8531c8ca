using System.Net;
using System.Net.Sockets;

namespace YarpIngress.Proxy.Listeners;

/// <summary>Connections that the process makes for its clients.</summary>
internal static class OutgoingConnection
{
    /// <summary>Connects; each address of a name is tried.</summary>
    /// <exception cref="SocketException">
    /// Nobody takes it, the name is not known, or there would be too few <see cref="OpenFiles"/> left.
    /// </exception>
    public static async Task<Socket> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        // Fails by itself when the process can open no more files.
        var socket = endPoint is IPEndPoint
            ? new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Streams of HTTP/2 take one each, so that few clients could take all that there are. Of names, whose addresses are tried one
            // by one, sockets whose number was read could not be tried again.
            if (endPoint is IPEndPoint && !OpenFiles.AreLeftBeside(socket))
                throw new SocketException((int)SocketError.TooManyOpenSockets);
            socket.NoDelay = true;
            await socket.ConnectAsync(endPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
