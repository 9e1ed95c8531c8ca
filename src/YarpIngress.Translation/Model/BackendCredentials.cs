namespace YarpIngress.Translation.Model;

/// <summary>What the Secret of <c>proxy-ssl-secret</c> holds.</summary>
public sealed record BackendCredentials
{
    /// <summary>SHA-256 over all of it: tells whether a Secret's change matters.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The certificate that is presented to endpoints; null when the Secret has none.</summary>
    public Certificate? Certificate { get; init; }

    /// <summary>DER of the authorities that endpoints' certificates are verified by; empty when the Secret has none.</summary>
    public EquatableArray<ReadOnlyMemory<byte>> Authorities { get; init; }

    /// <inheritdoc/>
    public bool Equals(BackendCredentials? other) => other is not null && Fingerprint == other.Fingerprint;

    /// <inheritdoc/>
    public override int GetHashCode() => Fingerprint.GetHashCode(StringComparison.Ordinal);

    /// <summary>Names the Secret, never what is in it.</summary>
    public override string ToString() =>
        Certificate is null ? $"{Authorities.Count} authorities" : $"{Certificate}, {Authorities.Count} authorities";
}
