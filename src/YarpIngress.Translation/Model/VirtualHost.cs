namespace YarpIngress.Translation.Model;

/// <summary>Everything that is served under one host name. The unit of translation and of the swap.</summary>
public sealed record VirtualHost
{
    /// <summary>
    /// Lower-case host: exact (<c>a.example.com</c>), a one-label wildcard (<c>*.example.com</c>), or empty for requests
    /// whose host is in no other virtual host. An alias may also be <c>~</c> and a regular expression for hosts.
    /// </summary>
    public required string Host { get; init; }

    /// <summary>Of another name for a host (<c>server-alias</c>) that host; null for a host that rules name.</summary>
    public string? AliasOf { get; init; }

    /// <summary>The routes, unordered: <c>Proxy/</c> matches exact before prefix and longest first.</summary>
    public required EquatableArray<Route> Routes { get; init; }

    /// <summary>Serves paths that no route matches; null answers from the global default backend, else 404.</summary>
    public Route? Default { get; init; }

    /// <summary>The certificates that clients present; null asks for none.</summary>
    public ClientCertificatePolicy? ClientCertificates { get; init; }

    /// <summary><c>ssl-ciphers</c>: as <see cref="Settings.TlsSettings.Ciphers"/>, which applies when it is null.</summary>
    public string? Ciphers { get; init; }

    /// <summary><c>ssl-passthrough</c>; null where TLS ends at the gateway.</summary>
    public TlsPassthrough? Passthrough { get; init; }
}
