using System.Buffers;

namespace YarpIngress.Pipeline.Headers;

/// <summary>X-Request-ID: the client's where it sent a sane one, else 32 hexadecimal digits, as in ingress-nginx.</summary>
internal static class RequestId
{
    /// <summary>The header.</summary>
    public const string HeaderName = "X-Request-ID";

    // The id ends up in logs, headers and error pages, so it may hold nothing that means anything there.
    private const int MaximumLength = 128;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("-._~+/=:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The id of a request: the same each time.</summary>
    public static string Of(HttpContext context)
    {
        if (context.Features.Get<Generated>() is { } generated)
            return generated.Value;
        var sent = context.Request.Headers[HeaderName];
        if (sent.Count == 1 && sent[0] is { Length: > 0 and <= MaximumLength } value && !value.AsSpan().ContainsAnyExcept(Characters))
            return value;
        generated = new Generated(Generate());
        context.Features.Set(generated);
        return generated.Value;
    }

    private static string Generate()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private sealed record Generated(string Value);
}
