using System.Globalization;
using Microsoft.Net.Http.Headers;
using YarpIngress.Pipeline.ClientCertificates;

namespace YarpIngress.Pipeline.Headers;

/// <summary>
/// The headers that the gateway gives to every request: what it saw of the client itself, as ingress-nginx sends it.
/// </summary>
internal static class OwnHeaders
{
    private const string XForwardedFor = "X-Forwarded-For";
    private const string XForwardedHost = "X-Forwarded-Host";
    private const string OriginalForwardedFor = "X-Original-Forwarded-For";
    private const string OriginalForwardedHost = "X-Original-Forwarded-Host";
    private const string XRealIP = "X-Real-IP";
    private const string XForwardedPort = "X-Forwarded-Port";
    private const string XForwardedProto = "X-Forwarded-Proto";
    private const string XForwardedScheme = "X-Forwarded-Scheme";
    private const string XScheme = "X-Scheme";

    /// <summary>Their names: a client's headers of these names do not pass.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        OriginalForwardedFor, OriginalForwardedHost, RequestId.HeaderName, XRealIP, XForwardedFor, XForwardedHost, XForwardedPort,
        XForwardedProto, XForwardedScheme, XScheme,
    ];

    /// <summary>Only where the path is rewritten; else a trusted proxy's passes.</summary>
    public const string XForwardedPrefix = "X-Forwarded-Prefix";

    private static PortText _port = new(0, "0");

    /// <summary>Adds them all.</summary>
    public static void Write<TSink>(GatewayRequest request, ref TSink sink)
        where TSink : struct, IHeaderSink, allows ref struct
    {
        var context = request.Context;
        var incoming = context.Request.Headers;
        var address = request.Client?.ToString() ?? "";
        var scheme = request.Scheme;

        // Those that are configured come in place of these too.
        var added = AddedHeaders.Exist(request);
        if (added)
            AddedHeaders.Write(request, ref sink);

        // What the client says of itself is kept under names that say so; all else is what this process saw, or a proxy that is trusted.
        if (incoming[request.Trust.AddressHeader] is { Count: > 0 } claimedAddress)
            Add(request, added, OriginalForwardedFor, claimedAddress.ToString(), ref sink);
        if (incoming[request.Trust.HostHeader] is { Count: > 0 } claimedHost)
            Add(request, added, OriginalForwardedHost, claimedHost.ToString(), ref sink);
        Span<byte> id = stackalloc byte[RequestId.MaximumLength];
        if (RequestId.Write(request, id) is > 0 and var length)
            Add(request, added, RequestId.HeaderName, id[..length], ref sink);
        Add(request, added, XRealIP, address, ref sink);
        Add(request, added, XForwardedFor, request.FullForwardedFor ?? address, ref sink);
        Add(request, added, XForwardedHost, request.AskedHost, ref sink);
        Add(request, added, XForwardedPort, Port(request.AskedPort), ref sink);
        Add(request, added, XForwardedProto, scheme, ref sink);
        Add(request, added, XForwardedScheme, scheme, ref sink);
        Add(request, added, XScheme, scheme, ref sink);

        if (request.ClientCertificate is { } certificate)
            ClientCertificateHeaders.Write(request, certificate, ref sink);

        if (request.ForwardedPrefix is { } prefix)
            sink.Add(XForwardedPrefix, prefix);

        // RFC 9113, 8.2.2: the one hop-by-hop header that HTTP/2 has; gRPC servers insist on it.
        if (incoming.TE.Count > 0 && !IsHttp1(context.Request.Protocol) && SaysTrailers(incoming))
            sink.Add(HeaderNames.TE, "trailers");
    }

    private static void Add<TSink>(GatewayRequest request, bool added, string name, string value, ref TSink sink)
        where TSink : struct, IHeaderSink, allows ref struct
    {
        if (!added || !AddedHeaders.Replace(request, name))
            sink.Add(name, value);
    }

    private static void Add<TSink>(GatewayRequest request, bool added, string name, scoped ReadOnlySpan<byte> value, ref TSink sink)
        where TSink : struct, IHeaderSink, allows ref struct
    {
        if (!added || !AddedHeaders.Replace(request, name))
            sink.Add(name, value);
    }

    private static bool IsHttp1(string protocol) => HttpProtocol.IsHttp11(protocol) || HttpProtocol.IsHttp10(protocol);

    private static bool SaysTrailers(IHeaderDictionary incoming)
    {
        foreach (var value in incoming.GetCommaSeparatedValues(HeaderNames.TE))
        {
            if (value.Equals("trailers", StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>There are two ports, and one is used mostly: the text of the last one is kept.</summary>
    private static string Port(int port)
    {
        var last = Volatile.Read(ref _port);
        if (last.Port != port)
            Volatile.Write(ref _port, last = new PortText(port, port.ToString(CultureInfo.InvariantCulture)));
        return last.Text;
    }

    private sealed record PortText(int Port, string Text);
}
