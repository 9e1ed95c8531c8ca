using System.Net;
using System.Net.Sockets;

namespace YarpIngress.LocalCluster.Api;

/// <summary>
/// A port of loopback that the system picked, this process's own whether a server listens on it or not: while the server is
/// down, connections are refused, and nobody else is given the port.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    // Bound and never listening. Sockets that may share a port can be bound beside it; all others can't.
    private readonly Socket _holder = Bind(port: 0);

    public int Port => ((IPEndPoint)_holder.LocalEndPoint!).Port;

    /// <summary>A socket on the port, for a server to listen on.</summary>
    public Socket Bind() => Bind(Port);

    public void Dispose() => _holder.Dispose();

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
