using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about TLS with clients; see <see cref="TlsSettings"/>.</summary>
internal static class TlsKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("ssl-protocols", "TLSv1.2 and TLSv1.3, with spaces between", "TLSv1.2 TLSv1.3",
            "The versions of TLS that are spoken; older ones never are, whether they are named or not.",
            (tls, text) => tls with { Protocols = TlsProtocolNames.Parse(text) }) with
        {
            Difference = "Versions before 1.2 can be turned on there.",
        },
        Key("ssl-ciphers", "OpenSSL's names of ciphers, with colons between", "what the platform allows",
            "The ciphers of TLS 1.2. Where it is set, sessions are not resumed, since .NET can't do both.",
            (tls, text) => tls with { Ciphers = CipherNames.Normalize(text) }) with
        {
            Difference = "A list of its own by default there; DHE is not spoken.",
        },
        Key("ssl-session-cache", "true or false", "true",
            "Whether TLS sessions are resumed; they are, too, when ssl-session-tickets is on.",
            (tls, text) => tls with { SessionCache = Bool(text) }),
        Key("ssl-session-tickets", "true or false", "false",
            "Whether TLS sessions are resumed where ssl-session-cache is off; the platform does not tell the two apart.",
            (tls, text) => tls with { SessionTickets = Bool(text) }),
        Key("ssl-reject-handshake", "true or false", "false",
            "Whether a handshake for a host that nothing names, or for none, fails, instead of presenting the default certificate.",
            (tls, text) => tls with { RejectsUnknownHosts = Bool(text) }),
        Key("use-http2", "true or false", "true", "Whether HTTP/2 is offered to clients over TLS.",
            (tls, text) => tls with { Http2 = Bool(text) }),
    ];

    private static GlobalKey Key(string name, string values, string byDefault, string doc, Func<TlsSettings, string, TlsSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { Tls = set(settings.Tls, text) });
}
