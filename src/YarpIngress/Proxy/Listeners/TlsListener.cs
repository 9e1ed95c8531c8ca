using System.Net;
using Microsoft.AspNetCore.Connections;

namespace YarpIngress.Proxy.Listeners;

/// <summary>A port for TLS: Kestrel's transport, with client addresses as the rest of the process wants them.</summary>
internal sealed class TlsListener(IConnectionListener sockets, AcceptLoop loop) : IConnectionListener
{
    /// <inheritdoc/>
    public EndPoint EndPoint => sockets.EndPoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var connection = await sockets.AcceptAsync(cancellationToken);
            if (connection is null)
                loop.End(null);
            else
            {
                loop.Hand();
                PeerAddress.Unmap(connection);
            }
            return connection;
        }
        catch (Exception error)
        {
            // Kestrel ends its loop.
            loop.End(error);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => sockets.UnbindAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => sockets.DisposeAsync();
}
