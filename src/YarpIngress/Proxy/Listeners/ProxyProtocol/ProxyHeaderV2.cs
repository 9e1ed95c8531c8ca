using System.Buffers.Binary;
using System.Net;
using YarpIngress.Translation.Model;

namespace YarpIngress.Proxy.Listeners.ProxyProtocol;

/// <summary>Version 2, in binary: a signature, a command, a family, a length, addresses, and what else a proxy wants to tell.</summary>
internal static class ProxyHeaderV2
{
    private const int FixedLength = 16;

    /// <summary>What it begins with.</summary>
    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static int Read(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        var known = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..known].SequenceEqual(Signature[..known]))
            return -1;
        if (bytes.Length < FixedLength)
            return 0;
        var length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (bytes[12] is not (0x20 or 0x21) || length > ProxyHeader.MaximumLength)
            return -1;
        if (bytes.Length < length)
            return 0;
        // 0x20 is LOCAL: the proxy itself, whatever addresses follow.
        return bytes[12] == 0x20 || TryRead(bytes[13], bytes[FixedLength..length], out header) ? length : -1;
    }

    private static bool TryRead(byte family, ReadOnlySpan<byte> addresses, out ProxyHeader header)
    {
        header = default;
        switch (family)
        {
            // TCP over IPv4: two addresses, two ports.
            case 0x11 when addresses.Length >= 12:
                header = Of(addresses[..4], addresses[8..]);
                return true;

            // TCP over IPv6.
            case 0x21 when addresses.Length >= 36:
                header = Of(addresses[..16], addresses[32..]);
                return true;

            // Not told, and sockets of one machine: nothing that could be a client's address.
            case 0x00 or 0x31:
                return true;

            default:
                return false;
        }
    }

    private static ProxyHeader Of(ReadOnlySpan<byte> source, ReadOnlySpan<byte> ports) => new(
        new IPEndPoint(AddressText.Plain(new IPAddress(source)), BinaryPrimitives.ReadUInt16BigEndian(ports)),
        BinaryPrimitives.ReadUInt16BigEndian(ports[2..]));
}
