using System.Net;
using YarpIngress.Pipeline.ClientAddress;

namespace YarpIngress.Pipeline;

/// <content>Who sent it and what was asked for, as far as trusted proxies tell.</content>
internal sealed partial class GatewayRequest
{
    private ClientView? _view;

    /// <summary>
    /// Who sent it, as far as trusted proxies tell: for headers, logs, limits, lists, and whatever else is about clients. An
    /// IPv4 address is one, never <c>::ffff:a.b.c.d</c>. Null when the connection has no address.
    /// </summary>
    public IPAddress? Client => View is { } view ? view.Address : Connection.RemoteIpAddress;

    /// <summary><c>https</c>, <c>http</c>, or what else a trusted proxy says that the client asked by.</summary>
    public string Scheme => View?.Scheme ?? (_context.Request.IsHttps ? "https" : "http");

    /// <summary>The host that the client asked for, with a port or without, as a trusted proxy or else the client says.</summary>
    public string AskedHost => View?.Host ?? _context.Request.Headers.Host.ToString();

    /// <summary>The port that the client asked at, which need not be one that this process listens on.</summary>
    public int AskedPort => View?.Port is > 0 and var port ? port : ClientView.PortOf(AskedHost, Scheme);

    /// <summary>X-Forwarded-For as pods get it; null for <see cref="Client"/> alone.</summary>
    public string? FullForwardedFor => View?.ForwardedFor;

    /// <summary>Whose word counts for who the client is.</summary>
    public ClientTrust Trust { get; private set; } = ClientTrust.Nobody;

    /// <summary>Whether it comes from a proxy whose word counts for how a request came in.</summary>
    public bool IsFromTrustedProxy => Trust.ReadsForwarded && _context.Connection.RemoteIpAddress is { } peer && Trust.Trusts(peer);

    // Read once, and only where a connection does not say it all.
    private ClientView? View => Trust.IsUsed ? _view ??= ClientView.Of(_context, Trust) : null;
}
