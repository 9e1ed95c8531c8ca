namespace YarpIngress.Translation.Model;

/// <summary>Which clients may use a route, by their addresses; others are answered 403.</summary>
public sealed record AddressPolicy
{
    /// <summary><c>denylist-source-range</c>: they may not; null for nobody. Comes before <see cref="Allowed"/>.</summary>
    public AddressList? Refused { get; init; }

    /// <summary><c>allowlist-source-range</c>: they may, and nobody else; null for everybody.</summary>
    public AddressList? Allowed { get; init; }
}
