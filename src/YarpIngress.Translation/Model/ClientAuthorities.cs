using System.Globalization;
using YarpIngress.Translation.Certificates;

namespace YarpIngress.Translation.Model;

/// <summary>What the Secret of <c>auth-tls-secret</c> holds: whose certificates are trusted, and which are revoked.</summary>
public sealed record ClientAuthorities
{
    /// <summary>SHA-256 over all of it: tells whether a Secret's change matters.</summary>
    public required string Fingerprint { get; init; }

    /// <summary><c>ca.crt</c>: DER of the authorities; at least one.</summary>
    public required EquatableArray<ReadOnlyMemory<byte>> Authorities { get; init; }

    /// <summary><c>ca.crl</c>: where there is one, every certificate of a chain needs a list of its issuer. None checks nothing.</summary>
    public IReadOnlyList<RevocationList> RevocationLists { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(ClientAuthorities? other) => other is not null && Fingerprint == other.Fingerprint;

    /// <inheritdoc/>
    public override int GetHashCode() => Fingerprint.GetHashCode(StringComparison.Ordinal);

    /// <summary>How much there is.</summary>
    public override string ToString() =>
        Count(Authorities.Count, "authority", "authorities")
        + (RevocationLists.Count == 0 ? "" : ", " + Count(RevocationLists.Count, "revocation list", "revocation lists"));

    private static string Count(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
