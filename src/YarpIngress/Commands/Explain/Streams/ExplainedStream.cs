using System.Globalization;
using System.Net;
using YarpIngress.Options;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Explain.Streams;

/// <summary>The connection to a TCP port, or the datagram to a UDP port, to explain.</summary>
internal sealed record ExplainedStream
{
    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public string Protocol => Key.Protocol is StreamProtocol.Tcp ? "tcp" : "udp";

    /// <summary>The port.</summary>
    public int Port => Key.Port;

    /// <summary>Who connects; null when nobody said so.</summary>
    public string? Client => Peer?.ToString();

    /// <summary>The same as an address.</summary>
    internal IPAddress? Peer { get; init; }

    /// <summary>Protocol and port.</summary>
    internal StreamKey Key { get; init; }

    /// <summary>Whether what <c>explain</c> was given is of this kind: <c>tcp://HOST:PORT</c> or <c>udp://HOST:PORT</c>.</summary>
    public static bool IsNamedBy(string url) => Prefix(url) is not null;

    /// <summary>Reads it; throws <see cref="UsageException"/>.</summary>
    /// <param name="url">Names the port; the host is any of the gateway's.</param>
    /// <param name="client">The address of the client; null when it does not matter.</param>
    public static ExplainedStream Parse(string url, string? client = null)
    {
        var prefix = Prefix(url) ?? throw new UsageException($"explain: {url}: must begin with tcp:// or udp://");
        var rest = url[prefix.Length..].TrimEnd('/');
        var text = rest[(rest.LastIndexOf(':') + 1)..];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > IPEndPoint.MaxPort)
            throw new UsageException($"explain: {url}: must be {prefix}HOST:PORT with a port from 1 to {IPEndPoint.MaxPort}");
        return new ExplainedStream
        {
            Key = new StreamKey(prefix == Tcp ? StreamProtocol.Tcp : StreamProtocol.Udp, port),
            Peer = ExplainedRequest.PeerOf(client),
        };
    }

    private const string Tcp = "tcp://";
    private const string Udp = "udp://";

    private static string? Prefix(string url) =>
        url.StartsWith(Tcp, StringComparison.OrdinalIgnoreCase) ? Tcp
        : url.StartsWith(Udp, StringComparison.OrdinalIgnoreCase) ? Udp
        : null;
}
