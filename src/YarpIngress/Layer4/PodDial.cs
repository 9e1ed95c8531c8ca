using System.Globalization;
using System.Net;
using System.Net.Sockets;
using YarpIngress.Proxy.Listeners;

namespace YarpIngress.Layer4;

/// <summary>Connects to one of the pods that would do.</summary>
internal static class PodDial
{
    /// <summary>
    /// The first connection that is made; null when none of the endpoints takes one. Each is asked once, in the order given.
    /// </summary>
    /// <param name="endPoints">Addresses, or names.</param>
    /// <param name="patience">How long one attempt may take.</param>
    /// <param name="ct">Gives it up.</param>
    public static async Task<Socket?> ConnectAsync(IReadOnlyList<EndPoint> endPoints, TimeSpan patience, CancellationToken ct)
    {
        foreach (var endPoint in endPoints)
        {
            if (await ConnectAsync(endPoint, patience, ct) is { } socket)
                return socket;
        }
        return null;
    }

    /// <summary>Reads <c>address:port</c>, IPv6 in brackets, or <c>name:port</c>.</summary>
    public static EndPoint EndPointOf(string text)
    {
        if (IPEndPoint.TryParse(text, out var endPoint))
            return endPoint;
        var colon = text.LastIndexOf(':');
        return new DnsEndPoint(text[..colon], int.Parse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    private static async Task<Socket?> ConnectAsync(EndPoint endPoint, TimeSpan patience, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            return await OutgoingConnection.ConnectAsync(endPoint, limit.Token);
        }
        catch (Exception error) when (error is SocketException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
