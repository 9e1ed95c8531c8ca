using System.Net;
using Microsoft.AspNetCore.Connections;

namespace YarpIngress.Proxy.Listeners;

/// <summary>A port for TLS: Kestrel's transport, with client addresses as the rest of the process wants them.</summary>
internal sealed class TlsListener(IConnectionListener sockets) : IConnectionListener
{
    /// <inheritdoc/>
    public EndPoint EndPoint => sockets.EndPoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        var connection = await sockets.AcceptAsync(cancellationToken);
        if (connection is not null)
            PeerAddress.Unmap(connection);
        return connection;
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => sockets.UnbindAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => sockets.DisposeAsync();
}
