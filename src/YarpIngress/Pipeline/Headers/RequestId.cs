using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace YarpIngress.Pipeline.Headers;

/// <summary>X-Request-ID: the client's where it sent a sane one, else 32 hexadecimal digits, as in ingress-nginx.</summary>
internal static class RequestId
{
    /// <summary>The header.</summary>
    public const string HeaderName = "X-Request-ID";

    /// <summary>The longest id, in bytes.</summary>
    public const int MaximumLength = 128;

    // The id ends up in logs, headers and error pages, so it may hold nothing that means anything there.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("-._~+/=:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The id of a request: the same each time.</summary>
    public static string Of(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if ((request.RequestIdText ?? Sent(request)) is { } text)
            return text;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Generated(request));
        return request.RequestIdText = Convert.ToHexStringLower(bytes);
    }

    /// <summary>Writes the id in ASCII, without a string where there is none; at most 128 bytes.</summary>
    /// <returns>How many bytes it has.</returns>
    public static int Write(GatewayRequest request, Span<byte> target)
    {
        if ((request.RequestIdText ?? Sent(request)) is { } text)
            return Encoding.ASCII.GetBytes(text, target);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Generated(request));
        Convert.TryToHexStringLower(bytes, target, out var written);
        return written;
    }

    private static string? Sent(GatewayRequest request)
    {
        if (request.GeneratedRequestId != 0)
            return null;
        var sent = request.Context.Request.Headers[HeaderName];
        return sent.Count == 1 && sent[0] is { Length: > 0 and <= MaximumLength } value && !value.AsSpan().ContainsAnyExcept(Characters)
            ? request.RequestIdText = value
            : request.HasOnlySentId ? request.RequestIdText = "" : null;
    }

    private static UInt128 Generated(GatewayRequest request)
    {
        if (request.GeneratedRequestId == 0)
        {
            Span<byte> bytes = stackalloc byte[16];
            Random.Shared.NextBytes(bytes);
            request.GeneratedRequestId = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        }
        return request.GeneratedRequestId;
    }
}
