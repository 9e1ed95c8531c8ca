namespace YarpIngress.Translation.Settings;

/// <summary>Keys of ingress-nginx that are known and change nothing here: each says why, unless its value asks for nothing.</summary>
internal static class IgnoredKeys
{
    /// <summary>By name.</summary>
    public static readonly IReadOnlyDictionary<string, IgnoredKey> ByName = new IgnoredKey[]
    {
        new("ssl-ecdh-curve", "OpenSSL chooses the curves; Groups in the image's openssl.cnf changes them", "", "auto"),
        new("ssl-dh-param", "no cipher with DHE is spoken; those with ECDHE need no parameters", ""),
        new("ssl-session-cache-size", "OpenSSL keeps up to 20,480 sessions for each certificate", "", "10m"),
        new("ssl-session-ticket-key", "each replica makes its own keys at start; a client that meets another one makes a full handshake", ""),
        new("ssl-session-timeout", "OpenSSL decides how long a session may be resumed", "", "10m"),
        new("ssl-buffer-size", "a record has as much as there is to send, up to 16 KB", "", "4k"),
        new("ssl-early-data", "data of TLS 1.3 that comes before the handshake is over can be replayed; it is not taken", "", "false"),
    }.ToDictionary(key => key.Name);
}

/// <summary>A key without an effect.</summary>
/// <param name="Name">The key.</param>
/// <param name="Reason">Why it has none; for people.</param>
/// <param name="Nothing">Values that ask for nothing else than what happens anyway.</param>
internal sealed record IgnoredKey(string Name, string Reason, params IReadOnlyList<string> Nothing);
