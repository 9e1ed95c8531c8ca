using System.Net.Sockets;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <content>What goes to the pod, and how long it may take nothing of it.</content>
internal sealed partial class PodConnection
{
    /// <summary>All bytes that were sent for this exchange.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Sends all of it.</summary>
    /// <exception cref="PodException">The connection broke.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        ValueTask<int> sent;
        try
        {
            sent = _socket.SendAsync(bytes, SocketFlags.None, CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            throw Broken(SocketError.OperationAborted);
        }
        if (!sent.IsCompletedSuccessfully)
            return SendRestAsync(sent, bytes);
        var count = sent.Result;
        if (count < bytes.Length)
            return SendRestAsync(new ValueTask<int>(count), bytes);
        BytesSent += count;
        Touch();
        return default;
    }

    private async ValueTask SendRestAsync(ValueTask<int> sent, ReadOnlyMemory<byte> bytes)
    {
        Volatile.Write(ref _activityTimeout, _sendTimeout);
        try
        {
            while (true)
            {
                var count = await sent;
                BytesSent += count;
                Touch();
                bytes = bytes[count..];
                if (bytes.IsEmpty)
                {
                    Volatile.Write(ref _activityTimeout, _waitTimeout);
                    return;
                }
                sent = _socket.SendAsync(bytes, SocketFlags.None, CancellationToken.None);
            }
        }
        catch (SocketException e)
        {
            throw Broken(e.SocketErrorCode);
        }
        catch (ObjectDisposedException)
        {
            throw Broken(SocketError.OperationAborted);
        }
    }
}
