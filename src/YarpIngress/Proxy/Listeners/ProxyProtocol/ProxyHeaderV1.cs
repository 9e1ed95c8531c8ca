using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using YarpIngress.Translation.Model;

namespace YarpIngress.Proxy.Listeners.ProxyProtocol;

/// <summary>Version 1, a line: <c>PROXY TCP4 192.0.2.1 198.51.100.1 56324 443</c>.</summary>
internal static class ProxyHeaderV1
{
    // With its line end.
    private const int LongestLine = 107;

    private static ReadOnlySpan<byte> Beginning => "PROXY "u8;

    public static int Read(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        var known = Math.Min(bytes.Length, Beginning.Length);
        if (!bytes[..known].SequenceEqual(Beginning[..known]))
            return -1;
        var end = bytes[..Math.Min(bytes.Length, LongestLine)].IndexOf("\r\n"u8);
        if (end < 0)
            return bytes.Length < LongestLine ? 0 : -1;
        Span<char> text = stackalloc char[LongestLine];
        var line = text[..Encoding.Latin1.GetChars(bytes[Beginning.Length..end], text)];
        return TryRead(line, out header) ? end + 2 : -1;
    }

    private static bool TryRead(ReadOnlySpan<char> line, out ProxyHeader header)
    {
        header = default;
        // Whatever follows is to be ignored.
        if (line.Equals("UNKNOWN", StringComparison.Ordinal) || line.StartsWith("UNKNOWN ", StringComparison.Ordinal))
            return true;
        Span<Range> words = stackalloc Range[6];
        if (line.Split(words, ' ') != 5)
            return false;
        AddressFamily family;
        switch (line[words[0]])
        {
            case "TCP4":
                family = AddressFamily.InterNetwork;
                break;
            case "TCP6":
                family = AddressFamily.InterNetworkV6;
                break;
            default:
                return false;
        }
        if (!TryAddress(line[words[1]], family, out var source) || !TryAddress(line[words[2]], family, out _)
            || !TryPort(line[words[3]], out var sourcePort) || !TryPort(line[words[4]], out var port))
            return false;
        header = new ProxyHeader(new IPEndPoint(source, sourcePort), port);
        return true;
    }

    // A mapped address is written as IPv6, and is IPv4 from then on.
    private static bool TryAddress(ReadOnlySpan<char> text, AddressFamily family, out IPAddress address) =>
        AddressText.TryParse(text, out address) && text.Contains(':') == family is AddressFamily.InterNetworkV6;

    private static bool TryPort(ReadOnlySpan<char> text, out int port)
    {
        var isPort = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        port = value;
        return isPort;
    }
}
