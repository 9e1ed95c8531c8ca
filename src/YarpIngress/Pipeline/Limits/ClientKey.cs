using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using YarpIngress.Pipeline.Variables;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Limits;

/// <summary>What a client is counted under.</summary>
internal static class ClientKey
{
    // Texts are hashed under a key of this process: nobody can find one that counts for somebody else.
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    /// <summary>The key of a request; null for one that is not limited.</summary>
    public static UInt128? Of(GatewayRequest request, LimitPolicy policy)
    {
        // Without an address, all such clients are one.
        var address = request.Client ?? IPAddress.IPv6None;
        if (policy.Exempt.Contains(address))
            return null;
        return policy.Key is null ? Of(address) : policy.Key.Resolve(request) is { Length: > 0 } text ? Of(text) : null;
    }

    /// <summary>The key of an address; one of IPv4 has the same however it is written.</summary>
    public static UInt128 Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length))
            return UInt128.Zero;
        return length == 4
            ? new UInt128(0, 0xffff_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static UInt128 Of(string text)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Secret, Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
