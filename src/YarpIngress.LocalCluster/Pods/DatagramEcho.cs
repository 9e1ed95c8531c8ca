using System.Net;
using System.Net.Sockets;

namespace YarpIngress.LocalCluster.Pods;

/// <summary>Sends every datagram back to where it came from.</summary>
internal sealed class DatagramEcho : IDisposable
{
    private const int MaxDatagram = 65_535;
    private readonly Socket _socket;

    private DatagramEcho(Socket socket) => _socket = socket;

    /// <exception cref="SocketException">The endpoint cannot be bound.</exception>
    public static DatagramEcho Start(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(endpoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var echo = new DatagramEcho(socket);
        _ = echo.RunAsync(endpoint);
        return echo;
    }

    public void Dispose() => _socket.Dispose();

    private async Task RunAsync(IPEndPoint anyone)
    {
        var buffer = new byte[MaxDatagram];
        while (true)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(buffer, anyone, CancellationToken.None);
                await _socket.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint, CancellationToken.None);
            }
            catch (Exception e) when (
                e is ObjectDisposedException || e is SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException)
            {
                // The sender is gone: its answer is lost, as datagrams are.
            }
        }
    }
}
