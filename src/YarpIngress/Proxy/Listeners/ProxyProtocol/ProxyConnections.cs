using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Proxy.Listeners.ProxyProtocol;

/// <summary>Takes the header of the PROXY protocol off new connections while <c>use-proxy-protocol</c> is on.</summary>
internal sealed partial class ProxyConnections(ClientTrusts trusts, ILogger<ProxyConnections> log)
{
    private ClientSettings? _told;

    /// <summary>Whether connections have to begin with a header.</summary>
    public bool IsOn => trusts.Settings.ProxyProtocol;

    /// <summary>
    /// Reads the header and makes the connection that of the proxy's client. One of a proxy that is not trusted is read, too, and
    /// not believed.
    /// </summary>
    /// <returns>Whether there was one; without it the connection is to be closed.</returns>
    public async ValueTask<bool> AcceptAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var settings = trusts.Settings;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.ProxyHeaderTimeout);
        ProxyHeader? header;
        try
        {
            header = await ReadAsync(connection.Transport.Input, limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or ConnectionAbortedException or IOException)
        {
            header = null;
        }
        if (header is not { } read)
        {
            Log.Refused(log, connection.RemoteEndPoint);
            return false;
        }
        if (read.Source is not { } source || connection.RemoteEndPoint is not IPEndPoint { Address: var proxy })
            return true;
        if (settings.TrustedProxies.Contains(proxy))
        {
            connection.Features.Set(new ProxiedConnection(proxy, read.DestinationPort));
            connection.RemoteEndPoint = source;
        }
        else if (!ReferenceEquals(Interlocked.Exchange(ref _told, settings), settings))
            Log.NotTrusted(log, proxy);
        return true;
    }

    private static async ValueTask<ProxyHeader?> ReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var length = Read(read.Buffer, out var header);
            if (length > 0)
            {
                input.AdvanceTo(read.Buffer.GetPosition(length));
                return header;
            }
            if (length < 0 || read.IsCompleted || read.IsCanceled)
            {
                input.AdvanceTo(read.Buffer.Start);
                return null;
            }
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static int Read(ReadOnlySequence<byte> bytes, out ProxyHeader header)
    {
        if (bytes.IsSingleSegment)
            return ProxyHeader.Read(bytes.FirstSpan, out header);
        var start = bytes.Slice(0, Math.Min(bytes.Length, ProxyHeader.MaximumLength));
        return ProxyHeader.Read(start.ToArray(), out header);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A connection of {Peer} did not begin with a header of the PROXY protocol; it was closed",
            EventName = "NoProxyHeader")]
        public static partial void Refused(ILogger log, EndPoint? peer);

        [LoggerMessage(2, LogLevel.Warning,
            "The PROXY protocol's header of {Peer} is not believed, since proxy-real-ip-cidr does not name it: its clients count as "
            + "{Peer}. Said once for each change of the ConfigMap", EventName = "ProxyNotTrusted")]
        public static partial void NotTrusted(ILogger log, IPAddress peer);
    }
}
