using System.Net;
using System.Net.Sockets;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Formats of IP addresses and ranges.</summary>
internal static class Addresses
{
    private const string IpError = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    /// <summary>The address; null for anything that is none in the usual notation.</summary>
    public static IPAddress? Parse(string text) =>
        IPAddress.TryParse(text, out var address) && !text.Contains('%', StringComparison.Ordinal)
            && !text.Contains('[', StringComparison.Ordinal)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || IsFourDecimals(text))
            ? address
            : null;

    public static IEnumerable<string> Ip(string text) => Parse(text) is null ? [IpError] : [];

    public static IEnumerable<string> Cidr(string text) =>
        IPNetwork.TryParse(text, out _) || IsSloppyCidr(text) ? [] : ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"];

    /// <summary>Addresses that endpoints may not have, but for loopback ones of the pod range.</summary>
    public static IEnumerable<string> NotSpecial(string text, IPNetwork? podRange)
    {
        if (Parse(text) is not { } address)
        {
            yield return IpError;
            yield break;
        }

        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            yield return $"may not be unspecified ({text})";
        }

        if (IPAddress.IsLoopback(address) && podRange?.Contains(address) != true)
        {
            yield return "may not be in the loopback range (127.0.0.0/8, ::1/128)";
        }

        var bytes = address.GetAddressBytes();
        if (address.IsIPv6LinkLocal || (bytes is [169, 254, ..] && bytes.Length == 4))
        {
            yield return "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
        }

        if (bytes is [224, 0, 0, _] || (bytes.Length == 16 && bytes[0] == 0xff && (bytes[1] & 0x0f) == 2))
        {
            yield return "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)";
        }
    }

    // .NET also reads 1, 0x7f.1 and octal parts.
    private static bool IsFourDecimals(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(p => p.Length is > 0 and <= 3 && p.All(char.IsAsciiDigit));
    }

    // A range whose address has bits beyond the mask is taken as its network.
    private static bool IsSloppyCidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && Parse(text[..slash]) is { } address
            && int.TryParse(text[(slash + 1)..], out var bits) && bits >= 0 && bits <= address.GetAddressBytes().Length * 8;
    }
}
