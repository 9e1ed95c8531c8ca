using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace YarpIngress.Layer4.Streams;

/// <summary>What a client and an endpoint have to tell each other in datagrams.</summary>
internal sealed class UdpSession : IDisposable
{
    private const int LargestDatagram = 65_535;

    private readonly UdpSessions _owner;
    private readonly Socket _socket;

    /// <param name="owner">Where it belongs.</param>
    /// <param name="socket">Connected to the pod; does not block.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="client">The client.</param>
    public UdpSession(UdpSessions owner, Socket socket, PodAddress pod, SocketAddress client)
    {
        (_owner, _socket, Pod, Client) = (owner, socket, pod, client);
        Node = new LinkedListNode<UdpSession>(this);
    }

    /// <summary>Where its datagrams go.</summary>
    public PodAddress Pod { get; }

    public SocketAddress Client { get; }

    /// <summary>Its place in the order of silence; kept by its owner, as what follows.</summary>
    public LinkedListNode<UdpSession> Node { get; }

    /// <summary>When a datagram last went through.</summary>
    public long LastMove { get; set; }

    /// <summary>When it began.</summary>
    public long StartedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Bytes of the client.</summary>
    public long Received { get; set; }

    /// <summary>Bytes of the endpoint.</summary>
    public long Sent { get; set; }

    /// <summary>Datagrams of the client.</summary>
    public long Requests { get; set; } = 1;

    /// <summary>Datagrams of the endpoint.</summary>
    public long Answers { get; set; }

    /// <summary>Sends a datagram of the client; false when the endpoint has refused one. What the system has no room for is lost.</summary>
    public bool TrySend(ReadOnlySpan<byte> datagram)
    {
        try
        {
            _socket.Send(datagram, SocketFlags.None, out var error);
            return error is SocketError.Success or SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable or SocketError.MessageSize;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Passes on what the endpoint answers, until the session is over.</summary>
    public async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                // Waits without a buffer: there are thousands of sessions, and a datagram may be large.
                await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, _owner.Closed);
                using var buffer = MemoryPool<byte>.Shared.Rent(LargestDatagram);
                var length = await _socket.ReceiveAsync(buffer.Memory, SocketFlags.None, _owner.Closed);
                if (await _owner.AnswerAsync(this, buffer.Memory[..length], _owner.Closed))
                    break;
            }
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused)
        {
            _owner.Counts.Miss();
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Nothing more will come.
        }
        catch (Exception error)
        {
            _owner.Fail(error);
        }
        finally
        {
            _owner.End(this);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
