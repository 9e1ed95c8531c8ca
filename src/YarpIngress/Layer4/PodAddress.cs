using System.Globalization;
using System.IO.Hashing;
using System.Net;
using System.Runtime.InteropServices;

namespace YarpIngress.Layer4;

/// <summary>Where a pod is connected to.</summary>
/// <param name="Text"><c>address:port</c>, IPv6 in brackets, or <c>name:port</c>.</param>
internal sealed record PodAddress(string Text)
{
    /// <summary>The same for sockets.</summary>
    public EndPoint EndPoint { get; } = Read(Text);

    /// <summary>The same number in every process, and whatever other pods there are: that of the balancer of requests.</summary>
    public ulong Hash { get; } = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(Text.AsSpan()));

    private static EndPoint Read(string text)
    {
        if (IPEndPoint.TryParse(text, out var endPoint))
            return endPoint;
        var colon = text.LastIndexOf(':');
        return new DnsEndPoint(text[..colon], int.Parse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }
}
