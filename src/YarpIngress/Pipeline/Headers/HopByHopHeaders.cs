using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;

namespace YarpIngress.Pipeline.Headers;

/// <summary>
/// Headers that speak of one connection and not of the message (RFC 9110, 7.6.1): YARP's list, which its own forwarder
/// applies by itself. What a Connection header names besides is looked at with each message.
/// </summary>
internal static class HopByHopHeaders
{
    /// <summary>The names, whatever their case.</summary>
    public static readonly FrozenSet<string> Names = new[]
    {
        HeaderNames.Connection, HeaderNames.TransferEncoding, HeaderNames.KeepAlive, HeaderNames.Upgrade, HeaderNames.ProxyConnection,
        HeaderNames.ProxyAuthenticate, "Proxy-Authentication-Info", HeaderNames.ProxyAuthorization, "Proxy-Features",
        "Proxy-Instruction", "Security-Scheme", "ALPN", "Close", "HTTP2-Settings", HeaderNames.TE, HeaderNames.AltSvc,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a Connection header says of the connection itself, without naming a header.</summary>
    public static bool IsOption(ReadOnlySpan<char> name) =>
        name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
        || name.Equals("close", StringComparison.OrdinalIgnoreCase)
        || name.Equals("upgrade", StringComparison.OrdinalIgnoreCase);
}
