using System.Globalization;
using System.Net;
using Microsoft.Extensions.Primitives;
using YarpIngress.Proxy.Listeners.ProxyProtocol;
using YarpIngress.Proxy.Routing;

namespace YarpIngress.Pipeline.ClientAddress;

/// <summary>A request as the client in front of all trusted proxies sent it.</summary>
/// <remarks>
/// What a proxy says is believed when the one who passed it on is in <c>proxy-real-ip-cidr</c>, and is looked at all the same:
/// what is no scheme, host or port does not count.
/// </remarks>
internal sealed class ClientView
{
    private const int LongestScheme = 16;

    private ClientView(IPAddress? address, string? scheme, string? host, int port, string? forwardedFor) =>
        (Address, Scheme, Host, Port, ForwardedFor) = (address, scheme, host, port, forwardedFor);

    /// <summary>The client's address; null when the connection has none.</summary>
    public IPAddress? Address { get; }

    /// <summary>The scheme that it asked by; null when nobody told.</summary>
    public string? Scheme { get; }

    /// <summary>The host that it asked for, with a port or without; null when nobody told.</summary>
    public string? Host { get; }

    /// <summary>The port that it asked at; 0 when nobody told.</summary>
    public int Port { get; }

    /// <summary>X-Forwarded-For as a pod gets it; null for the client's address alone.</summary>
    public string? ForwardedFor { get; }

    /// <summary>Reads a request.</summary>
    public static ClientView Of(HttpContext context, ClientTrust trust)
    {
        // Of a connection by the PROXY protocol already the proxy's client.
        var peer = context.Connection.RemoteIpAddress;
        var proxied = context.Features.Get<ProxiedConnection>();
        var port = proxied?.DestinationPort ?? 0;
        // As in ingress-nginx: a load balancer that ends TLS tells by the port.
        var scheme = port == 443 ? "https" : null;
        if (peer is null || !trust.ReadsAddress || !trust.Trusts(peer))
            return new ClientView(peer, scheme, null, port, null);

        var headers = context.Request.Headers;
        var client = ForwardedAddress.Of(peer, headers[trust.AddressHeader], trust);
        if (!trust.ReadsForwarded)
            return new ClientView(client, scheme, null, port, null);
        return new ClientView(
            client,
            SchemeOf(First(headers["X-Forwarded-Proto"])) ?? scheme,
            HostOf(First(headers[trust.HostHeader])),
            PortOf(First(headers["X-Forwarded-Port"])) is > 0 and var told ? told : port,
            trust.Adds && headers[trust.AddressHeader] is { Count: > 0 } before ? $"{before}, {peer}" : null);
    }

    /// <summary>The port of a host, or else that of a scheme.</summary>
    public static int PortOf(ReadOnlySpan<char> host, string scheme)
    {
        var colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') && PortOf(host[(colon + 1)..]) is > 0 and var port ? port : scheme == "https" ? 443 : 80;
    }

    /// <summary>Of the chain of proxies the first, which the client spoke to.</summary>
    private static ReadOnlySpan<char> First(StringValues header)
    {
        if (header.Count == 0)
            return default;
        var text = header[0].AsSpan();
        var comma = text.IndexOf(',');
        return (comma < 0 ? text : text[..comma]).Trim();
    }

    // RFC 3986, 3.1.
    private static string? SchemeOf(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LongestScheme || !char.IsAsciiLetter(text[0]))
            return null;
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('+' or '-' or '.'))
                return null;
        }
        return text.Equals("https", StringComparison.OrdinalIgnoreCase) ? "https"
            : text.Equals("http", StringComparison.OrdinalIgnoreCase) ? "http"
            : text.ToString();
    }

    private static string? HostOf(ReadOnlySpan<char> text) => RequestHost.TryParse(text, out _) ? text.ToString() : null;

    private static int PortOf(ReadOnlySpan<char> text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;
}
