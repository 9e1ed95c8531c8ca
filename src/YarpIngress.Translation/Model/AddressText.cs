using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace YarpIngress.Translation.Model;

/// <summary>Reads addresses of the Internet Protocol in their usual forms only: 127.1, 0x7f.0.0.1 and 010.0.0.1 are none.</summary>
public static class AddressText
{
    // Eight groups of four, the last two of them written as an IPv4 address.
    private const int Longest = 45;
    private static readonly SearchValues<char> Version6 = SearchValues.Create(".:0123456789ABCDEFabcdef");

    /// <summary>Reads an address without port, brackets or scope; an IPv4 address in IPv6's clothes comes out as what it is.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.Length is 0 or > Longest)
            return false;
        if (text.Contains(':'))
        {
            if (text.ContainsAnyExcept(Version6) || !IPAddress.TryParse(text, out var version6))
                return false;
            address = Plain(version6);
            return true;
        }
        Span<char> canonical = stackalloc char[Longest];
        if (!IPAddress.TryParse(text, out var version4) || version4.AddressFamily is not AddressFamily.InterNetwork
            || !version4.TryFormat(canonical, out var length) || !canonical[..length].SequenceEqual(text))
            return false;
        address = version4;
        return true;
    }

    /// <summary>An IPv4 address that is written as an IPv6 one (RFC 4291, 2.5.5.2) as itself; any other as it is.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
