using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace YarpIngress.Tests.Layer4.Streams;

/// <summary>A pod that answers each datagram with its name and that, some number of times.</summary>
internal sealed class UdpPod : IAsyncDisposable
{
    private readonly UdpClient _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly string _name;
    private readonly int _answers;
    private readonly Task _running;

    public UdpPod(string name, int answers = 1, IPAddress? address = null)
    {
        (_name, _answers) = (name, answers);
        _socket = new UdpClient(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        EndPoint = (IPEndPoint)_socket.Client.LocalEndPoint!;
        _running = RunAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The addresses that datagrams came from: one for each session of the gateway.</summary>
    public ConcurrentDictionary<IPEndPoint, int> Peers { get; } = new();

    public async ValueTask DisposeAsync()
    {
        if (!_running.IsCompleted)
            await _stop.CancelAsync();
        _socket.Dispose();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var datagram = await _socket.ReceiveAsync(_stop.Token);
                Peers.AddOrUpdate(datagram.RemoteEndPoint, 1, (_, count) => count + 1);
                byte[] answer = [.. Encoding.Latin1.GetBytes(_name + ":"), .. datagram.Buffer];
                for (var i = 0; i < _answers; i++)
                    await _socket.SendAsync(answer, datagram.RemoteEndPoint, _stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
