using System.IO.Hashing;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline.Variables;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Pipeline.Balancing;

/// <summary>What requests are hashed by. Equal things have equal numbers in every replica of the gateway.</summary>
internal static class HashKeys
{
    // RFC 1035, 2.3.4.
    private const int LongestHost = 255;

    /// <summary>The client's address.</summary>
    public static ulong Source(GatewayRequest request) => Of(request.Client);

    /// <summary>The same of a connection; an IPv4 address must not be mapped.</summary>
    public static ulong Of(IPAddress? address)
    {
        if (address is null)
            return 0;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var written) ? XxHash3.HashToUInt64(bytes[..written]) : 0;
    }

    /// <summary>The host and the path that are asked for, without the query.</summary>
    public static ulong Destination(GatewayRequest request)
    {
        var target = request.Context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan(request.PathStart);
        var query = target.IndexOf('?');
        Span<char> lower = stackalloc char[LongestHost];
        var length = RequestHost.TryParse(request.Context.Request.Headers.Host.ToString(), out var host) && host.Length <= LongestHost
            ? host.ToLowerInvariant(lower)
            : 0;
        return Of(query < 0 ? target : target[..query], Of(lower[..length], 0));
    }

    /// <summary>The value of <c>upstream-hash-by</c>.</summary>
    public static ulong Value(GatewayRequest request, VariableText text) => Of(text.Resolve(request), 0);

    private static ulong Of(ReadOnlySpan<char> text, ulong seed) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text), unchecked((long)seed));
}
