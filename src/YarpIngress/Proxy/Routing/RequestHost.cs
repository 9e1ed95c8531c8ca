using System.Buffers;

namespace YarpIngress.Proxy.Routing;

/// <summary>The host name inside a Host header or an HTTP/2 authority.</summary>
internal static class RequestHost
{
    // Wider than DNS (underscores are common inside clusters), narrower than RFC 3986's reg-name: what no host of an
    // Ingress can be is refused here rather than passed to a pod.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create(".:0123456789ABCDEFabcdef");

    /// <summary>Takes the host without port and without a trailing dot; false for what is no host at all.</summary>
    public static bool TryParse(ReadOnlySpan<char> header, out ReadOnlySpan<char> host)
    {
        host = default;
        ReadOnlySpan<char> port;
        if (header.StartsWith('['))
        {
            var end = header.IndexOf(']');
            if (end < 2 || header[1..end].ContainsAnyExcept(AddressCharacters))
                return false;
            host = header[..(end + 1)];
            port = header[(end + 1)..];
        }
        else
        {
            var colon = header.IndexOf(':');
            host = colon < 0 ? header : header[..colon];
            port = colon < 0 ? default : header[colon..];
            if (host.EndsWith('.'))
                host = host[..^1];
            if (host.IsEmpty || host.ContainsAnyExcept(NameCharacters) || host.Contains("..", StringComparison.Ordinal))
                return false;
        }
        return port.IsEmpty || (port[0] == ':' && port.Length <= 6 && !port[1..].ContainsAnyExceptInRange('0', '9'));
    }
}
