using System.Net;
using System.Net.Sockets;

namespace YarpIngress.LocalCluster;

/// <summary>A listening TCP socket and the loop that accepts from it until it is disposed.</summary>
internal sealed class AcceptLoop : IDisposable
{
    private const int Backlog = 512;
    private readonly Socket _socket;

    private AcceptLoop(Socket socket) => _socket = socket;

    /// <exception cref="SocketException">The endpoint cannot be bound.</exception>
    public static AcceptLoop Start(IPEndPoint endpoint, Action<Socket> accepted)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endpoint);
            socket.Listen(Backlog);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var listener = new AcceptLoop(socket);
        _ = listener.AcceptAsync(accepted);
        return listener;
    }

    public void Dispose() => _socket.Dispose();

    private async Task AcceptAsync(Action<Socket> accepted)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _socket.AcceptAsync(CancellationToken.None);
            }
            catch (Exception e) when (
                e is ObjectDisposedException || e is SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException)
            {
                // The client left the backlog, or the process is out of descriptors for a moment: the listener itself is sound.
                await Task.Delay(10, CancellationToken.None);
                continue;
            }

            try
            {
                accepted(client);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The client is gone already, or the pod is.
                client.Dispose();
            }
        }
    }
}
