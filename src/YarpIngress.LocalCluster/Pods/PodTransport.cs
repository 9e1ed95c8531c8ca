using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace YarpIngress.LocalCluster.Pods;

/// <summary>
/// The web server's transport. One web server serves all pods: it has one endpoint per protocol, and pods hand it the
/// connections that they accept. A pod then costs a listening socket and no more, so that thousands are cheap.
/// </summary>
internal sealed class PodTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    // Bounded, so that a web server that falls behind leaves further connections in the kernel's backlog.
    private readonly Dictionary<EchoProtocol, Channel<ConnectionContext>> _accepted =
        Enum.GetValues<EchoProtocol>().ToDictionary(protocol => protocol, _ => Channel.CreateBounded<ConnectionContext>(256));

    public bool CanBind(EndPoint endpoint) => endpoint is EchoEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new Listener(endpoint, _accepted[((EchoEndPoint)endpoint).Protocol]));

    /// <summary>Hands an accepted connection to the web server, which owns it from then on.</summary>
    public ValueTask ServeAsync(EchoProtocol protocol, ConnectionContext connection, CancellationToken cancel) =>
        _accepted[protocol].Writer.WriteAsync(connection, cancel);

    private sealed class Listener(EndPoint endpoint, Channel<ConnectionContext> accepted) : IConnectionListener
    {
        public EndPoint EndPoint => endpoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await accepted.Reader.WaitToReadAsync(cancellationToken) && accepted.Reader.TryRead(out var connection) ? connection : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            accepted.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            accepted.Writer.TryComplete();
            while (accepted.Reader.TryRead(out var connection))
                await connection.DisposeAsync();
        }
    }
}
