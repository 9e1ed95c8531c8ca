using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using YarpIngress.Observability.AccessLog;
using YarpIngress.Pipeline.Blocked;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Layer4.Passthrough;

/// <summary>
/// Stands before TLS on the port for HTTPS: looks at the name that a client asks for, and relays the connection as it is where the
/// host's Ingresses say <c>ssl-passthrough</c>. All others go on to TLS, which reads the same bytes again.
/// </summary>
internal sealed class PassthroughListener(
    RoutingTable<ProxyRoute> routes,
    PassthroughHosts hosts,
    PassthroughLimits limits,
    ClientTrusts trusts,
    Blocks blocks,
    AccessLogger accessLog,
    TimeProvider time)
{
    /// <summary>Serves a connection.</summary>
    /// <param name="connection">Nothing of it was read but a proxy's header.</param>
    /// <param name="next">TLS.</param>
    public Task ServeAsync(ConnectionContext connection, ConnectionDelegate next) =>
        hosts.Any ? PeekAsync(connection, next) : next(connection);

    private async Task PeekAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var (isThere, name) = await NameOfAsync(connection);
        if (!isThere)
        {
            connection.Abort();
            return;
        }
        // Of what no rule names nothing is passed through: an Ingress without a host would get every unknown one.
        if (name is not null && routes.FindHost(name)?.Passthrough is { } host)
            await RelayAsync(connection, name, host);
        else
            await next(connection);
    }

    /// <summary>Whether the client said something in time, and the name that it asks for.</summary>
    private async ValueTask<(bool IsThere, string? Name)> NameOfAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        using var limit = new CancellationTokenSource(limits.HelloTimeout, time);
        using var hello = new ClientHello();
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(limit.Token);
                var isKnown = hello.Read(read.Buffer);
                if (isKnown || read.IsCompleted || read.IsCanceled)
                {
                    input.AdvanceTo(read.Buffer.Start);
                    // A part of a message and no more to come: TLS knows how to refuse it.
                    return (isKnown || !read.Buffer.IsEmpty, hello.ServerName);
                }
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            return (false, null);
        }
    }

    private async Task RelayAsync(ConnectionContext connection, string name, PassthroughHost host)
    {
        var began = Stopwatch.GetTimestamp();
        var counts = new RelayCounts(host.Connections.Bytes);
        var (end, pod) = await RelayAsync(connection, host, counts);
        if (end is not PassthroughEnd.Closed)
            connection.Abort();
        accessLog.Write(new StreamLogEntry
        {
            Client = connection.RemoteEndPoint as IPEndPoint,
            ServerPort = (connection.LocalEndPoint as IPEndPoint)?.Port ?? 0,
            Protocol = "TCP",
            Status = PassthroughEnds.Status(end),
            Sent = counts.Sent,
            Received = counts.Received,
            StartedAt = began,
            EndedAt = Stopwatch.GetTimestamp(),
            Upstream = pod?.ToString(),
            ServerName = name,
        });
        host.Connections.Count(end);
    }

    private async Task<(PassthroughEnd End, EndPoint? Pod)> RelayAsync(
        ConnectionContext connection, PassthroughHost host, RelayCounts counts)
    {
        if (!IsAllowed(host, connection.RemoteEndPoint))
            return (PassthroughEnd.Refused, null);
        if (!host.Connections.TryBegin(limits.MostConnections))
            return (PassthroughEnd.TooMany, null);
        try
        {
            var settings = hosts.Settings;
            // Whoever goes away meanwhile has a connection made for nothing, which takes no longer than the attempts may.
            var pods = PodsFor(host.Backend, connection.RemoteEndPoint);
            var (found, _) = await PodDial.ConnectAsync(pods, Dial(settings), time, onMiss: null, CancellationToken.None);
            if (found is null)
                return (PassthroughEnd.NoPod, null);
            using var pod = found;
            var endPoint = PeerOf(pod);
            var relay = settings is null ? limits.Relay : limits.Relay with { Idle = settings.IdleTimeout };
            // Kestrel's: the gateway stops, waits for its connections as long as it may, and then breaks them off.
            var draining = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
            var end = await TcpRelay.RunAsync(connection, pod, relay, counts, time, draining, CancellationToken.None);
            return ((PassthroughEnd)end, endPoint);
        }
        finally
        {
            host.Connections.End();
        }
    }

    private static EndPoint? PeerOf(Socket pod)
    {
        try
        {
            return pod.RemoteEndPoint;
        }
        catch (SocketException)
        {
            // It has gone again; the relay will say so.
            return null;
        }
    }

    private DialLimits Dial(StreamSettings? settings) => settings is null
        ? new DialLimits(limits.ConnectTimeout, limits.Tries, TimeSpan.Zero)
        : DialLimits.Of(settings, limits.ConnectTimeout);

    /// <summary>The pods in their turn, or the client's own first where the Service says so.</summary>
    private static IEnumerable<PodAddress> PodsFor(ProxyBackend backend, EndPoint? client)
    {
        var all = backend.Cluster?.DestinationsState.AvailableDestinations ?? [];
        return all.Count > 1 && backend.Balancer is { Policy.Algorithm: BalancingAlgorithm.SourceHash }
            ? PodOrder.Of([.. all.Select(one => new PodAddress(one.DestinationId))], (client as IPEndPoint)?.Address)
            : PodOrder.InTurn(all, all.Count > 1 ? backend.NextTurn() : 0).Select(one => new PodAddress(one.DestinationId));
    }

    /// <summary>Of all that an Ingress may ask of clients, their addresses are what can be told without looking into TLS.</summary>
    private bool IsAllowed(PassthroughHost host, EndPoint? client)
    {
        var address = trusts.Trust.Broken is null ? (client as IPEndPoint)?.Address : null;
        if (blocks.Current is { } blocked && (blocked.Broken is not null || blocked.Blocks(address)))
            return false;
        if (host.Policy.Addresses is not { } policy)
            return true;
        return address is not null && policy.Refused?.Contains(address) != true && policy.Allowed?.Contains(address) != false;
    }
}
