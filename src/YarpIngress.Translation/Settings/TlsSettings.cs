using System.Security.Authentication;

namespace YarpIngress.Translation.Settings;

/// <summary>How TLS is spoken to clients; of handshakes from now on.</summary>
public sealed record TlsSettings
{
    /// <summary>Of settings that say nothing.</summary>
    public static TlsSettings Default { get; } = new();

    /// <summary><c>ssl-protocols</c>: the versions that are spoken.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>
    /// <c>ssl-ciphers</c>: names of OpenSSL with colons between, for TLS 1.2; null leaves the choice to the platform.
    /// </summary>
    public string? Ciphers { get; init; }

    /// <summary><c>ssl-session-cache</c>: see <see cref="Resumes"/>.</summary>
    public bool SessionCache { get; init; } = true;

    /// <summary><c>ssl-session-tickets</c>: see <see cref="Resumes"/>.</summary>
    public bool SessionTickets { get; init; }

    /// <summary>
    /// Whether a client may take up the session of an earlier connection; the platform does not tell caches from tickets.
    /// </summary>
    public bool Resumes => SessionCache || SessionTickets;

    /// <summary>
    /// <c>ssl-reject-handshake</c>: whether handshakes for hosts that nothing names fail, instead of presenting the default
    /// certificate.
    /// </summary>
    public bool RejectsUnknownHosts { get; init; }

    /// <summary><c>use-http2</c>: whether HTTP/2 is offered to clients over TLS.</summary>
    public bool Http2 { get; init; } = true;
}
