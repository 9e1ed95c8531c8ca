using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace YarpIngress.Layer4.Passthrough;

/// <summary>The extension <c>server_name</c> (RFC 6066, 3) of a ClientHello.</summary>
internal static class ServerNames
{
    private const int Longest = 255;
    private const int VersionAndRandom = 2 + 32;
    private const ushort Extension = 0;
    private const byte HostName = 0;

    // What a host may be made of; nothing else is looked up.
    private static readonly SearchValues<byte> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._"u8);

    /// <summary>The name, in lower case and without a dot at its end; null when there is none, or the message is broken.</summary>
    /// <param name="hello">The body of the message.</param>
    public static string? Find(ReadOnlySpan<byte> hello)
    {
        var rest = hello;
        if (!Skip(ref rest, VersionAndRandom) || !Part8(ref rest, out _) || !Part16(ref rest, out _) || !Part8(ref rest, out _)
            || !Part16(ref rest, out var extensions))
            return null;
        while (extensions.Length >= 2)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!Part16(ref extensions, out var content))
                return null;
            if (type == Extension)
                return OfList(content);
        }
        return null;
    }

    private static string? OfList(ReadOnlySpan<byte> content)
    {
        // RFC 6066: one name of each type, and there is but one type. Anything else is for the TLS stack to refuse.
        if (!Part16(ref content, out var list) || !content.IsEmpty || list.IsEmpty || list[0] != HostName)
            return null;
        list = list[1..];
        return Part16(ref list, out var name) && list.IsEmpty ? Text(name) : null;
    }

    private static string? Text(ReadOnlySpan<byte> name)
    {
        if (name is [.., (byte)'.'])
            name = name[..^1];
        return name.Length is 0 or > Longest || name.ContainsAnyExcept(Letters) ? null : Encoding.ASCII.GetString(name).ToLowerInvariant();
    }

    private static bool Skip(ref ReadOnlySpan<byte> rest, int bytes)
    {
        if (rest.Length < bytes)
            return false;
        rest = rest[bytes..];
        return true;
    }

    /// <summary>A part whose length one byte before it tells.</summary>
    private static bool Part8(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> part)
    {
        part = default;
        return !rest.IsEmpty && Part(ref rest, 1, rest[0], out part);
    }

    /// <summary>The same with two bytes.</summary>
    private static bool Part16(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> part)
    {
        part = default;
        return rest.Length >= 2 && Part(ref rest, 2, BinaryPrimitives.ReadUInt16BigEndian(rest), out part);
    }

    private static bool Part(ref ReadOnlySpan<byte> rest, int before, int length, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (rest.Length - before < length)
            return false;
        part = rest.Slice(before, length);
        rest = rest[(before + length)..];
        return true;
    }
}
