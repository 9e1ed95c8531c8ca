using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Model;

/// <summary>What one host's Ingresses amount to.</summary>
public sealed record HostTranslation
{
    /// <summary>The host, as in <see cref="VirtualHost.Host"/>.</summary>
    public required string Host { get; init; }

    /// <summary>What is served; null when nothing is, as for a host that only a TLS entry names.</summary>
    public VirtualHost? VirtualHost { get; init; }

    /// <summary>
    /// The TLS Secret whose certificate the host presents; the default certificate as long as that Secret is missing or
    /// unusable. Null when no TLS entry names the host: then the certificate of the wildcard host that covers it, else
    /// the default certificate.
    /// </summary>
    public ObjectKey? CertificateSecret { get; init; }

    /// <summary>What is wrong.</summary>
    public EquatableArray<Problem> Problems { get; init; }
}
