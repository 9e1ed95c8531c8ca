namespace YarpIngress.Translation.Model;

/// <summary>What the annotations of an Ingress ask for its hosts as a whole.</summary>
public sealed record HostPolicy
{
    /// <summary><c>app-root</c>: where a request for <c>/</c> is sent; null nowhere.</summary>
    public string? AppRoot { get; init; }

    /// <summary><c>use-regex</c>: the paths of its hosts, those of other Ingresses too, are regular expressions.</summary>
    public bool UseRegex { get; init; }

    /// <summary><c>server-alias</c>: further names of its hosts: a host, <c>*.parent</c>, or <c>~</c> and a regular expression.</summary>
    public EquatableArray<string> Aliases { get; init; }

    /// <summary><c>from-to-www-redirect</c>: <c>www.host</c> is sent to the host, or the other way round.</summary>
    public bool RedirectsWww { get; init; }

    /// <summary><c>ssl-ciphers</c>: names of OpenSSL with colons between, for TLS 1.2; null leaves it to the global settings.</summary>
    public string? Ciphers { get; init; }

    /// <summary><c>ssl-passthrough</c>: TLS of its hosts is not ended here; see <see cref="TlsPassthrough"/>.</summary>
    public bool SslPassthrough { get; init; }
}
