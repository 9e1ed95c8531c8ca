using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Model;

/// <summary>A certificate chain and its key, parsed from a TLS Secret. Not yet loaded into a TLS stack.</summary>
public sealed record Certificate
{
    /// <summary>The Secret.</summary>
    public required ObjectKey Secret { get; init; }

    /// <summary>SHA-256 over certificate and key data: tells whether a Secret's change is a rotation.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>DER of the leaf first, then its issuers, each after the one it signed.</summary>
    public required EquatableArray<ReadOnlyMemory<byte>> Chain { get; init; }

    /// <summary>PKCS#8 DER of the private key. Never written to a log, an event or an answer.</summary>
    public required ReadOnlyMemory<byte> PrivateKey { get; init; }

    /// <summary><c>RSA</c> or <c>ECDSA</c>.</summary>
    public required string KeyAlgorithm { get; init; }

    /// <summary>DNS names that the leaf covers, lower-case, wildcards included.</summary>
    public required EquatableArray<string> DnsNames { get; init; }

    /// <summary>When the leaf becomes valid, UTC.</summary>
    public required DateTime NotBefore { get; init; }

    /// <summary>When the leaf expires, UTC.</summary>
    public required DateTime NotAfter { get; init; }

    /// <inheritdoc/>
    public bool Equals(Certificate? other) => other is not null && Secret == other.Secret && Fingerprint == other.Fingerprint;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Secret, Fingerprint);

    /// <summary>Names the Secret, never the key.</summary>
    public override string ToString() => $"Certificate {Secret}";
}
