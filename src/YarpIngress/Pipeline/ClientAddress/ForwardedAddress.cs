using System.Globalization;
using System.Net;
using Microsoft.Extensions.Primitives;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.ClientAddress;

/// <summary>Who sent a request, by the addresses that proxies on its way wrote down.</summary>
internal static class ForwardedAddress
{
    /// <summary>
    /// The client: the last one in <paramref name="header"/> that <paramref name="trust"/> does not take for a proxy, since
    /// whatever is before it may be the client's own invention; the first one when all are proxies. What is no address ends the
    /// way there.
    /// </summary>
    /// <param name="peer">Who is connected.</param>
    /// <param name="header">Addresses with commas between, each proxy's behind those before it.</param>
    /// <param name="trust">Who is a proxy.</param>
    public static IPAddress Of(IPAddress peer, StringValues header, ClientTrust trust)
    {
        var client = peer;
        for (var line = header.Count - 1; line >= 0 && trust.Trusts(client); line--)
        {
            var rest = header[line].AsSpan();
            while (true)
            {
                var comma = rest.LastIndexOf(',');
                if (!TryParse(rest[(comma + 1)..].Trim(), out var before))
                    return client;
                client = before;
                if (comma < 0 || !trust.Trusts(client))
                    break;
                rest = rest[..comma];
            }
        }
        return client;
    }

    /// <summary>An address, with a port or without: <c>192.0.2.1:443</c>, <c>[2001:db8::1]:443</c>.</summary>
    private static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        var colon = text.LastIndexOf(':');
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']');
            address = IPAddress.None;
            return end > 0 && (end == text.Length - 1 || (text[end + 1] == ':' && IsPort(text[(end + 2)..])))
                && text[1..end].Contains(':') && AddressText.TryParse(text[1..end], out address);
        }
        var hasPort = colon > 0 && !text[..colon].Contains(':');
        return AddressText.TryParse(hasPort ? text[..colon] : text, out address) && (!hasPort || IsPort(text[(colon + 1)..]));
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 5 && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
