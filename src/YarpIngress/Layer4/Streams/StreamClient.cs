using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Layer4.Streams;

/// <summary>A client of a TCP port.</summary>
internal sealed class StreamClient : IAsyncDisposable
{
    private readonly EndPoint? _remote;

    /// <param name="socket">Was just accepted.</param>
    /// <param name="proxied">Makes Kestrel's connections, for one that begins with a header of the PROXY protocol; null for others.</param>
    public StreamClient(Socket socket, SocketConnectionContextFactory? proxied)
    {
        Socket = socket;
        socket.NoDelay = true;
        Proxied = proxied?.Create(socket);
        if (Proxied is null)
            _remote = PeerAddress.Plain(socket.RemoteEndPoint);
        else
            PeerAddress.Unmap(Proxied);
    }

    public Socket Socket { get; }

    /// <summary>
    /// Kestrel's connection, which can be read up to the end of a header; null where nobody but the relay reads, which saves its buffers.
    /// </summary>
    public ConnectionContext? Proxied { get; }

    /// <summary>Who it is, as far as anybody has told.</summary>
    public IPEndPoint? Remote => (Proxied is null ? _remote : Proxied.RemoteEndPoint) as IPEndPoint;

    /// <summary>Where it came in.</summary>
    public EndPoint? Local => Proxied is null ? PeerAddress.Plain(Socket.LocalEndPoint) : Proxied.LocalEndPoint;

    /// <summary>Breaks it off.</summary>
    public void Abort()
    {
        if (Proxied is null)
            Socket.Close(0);
        else
            Proxied.Abort();
    }

    public ValueTask DisposeAsync()
    {
        if (Proxied is not null)
            return Proxied.DisposeAsync();
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
