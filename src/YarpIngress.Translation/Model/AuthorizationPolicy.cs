namespace YarpIngress.Translation.Model;

/// <summary>
/// <c>authorization-policy</c>: which clients may use a route, of those that the route's own checks let in. Everything that it says has to
/// be so; else requests answer 403.
/// </summary>
public sealed record AuthorizationPolicy
{
    /// <summary><c>default</c>: somebody has to be known.</summary>
    public static AuthorizationPolicy Default { get; } = new() { Name = "default", RequiresUser = true };

    /// <summary>The name of the policy.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// <c>RequireAuthenticatedUser</c>: whether a login, an authentication service or a trusted client certificate has to vouch
    /// for the client. False by default.
    /// </summary>
    public bool RequiresUser { get; init; }

    /// <summary><c>Users</c>: the names, of <c>auth-type</c>, that may; empty for any.</summary>
    public EquatableArray<string> Users { get; init; }

    /// <summary>
    /// <c>CertificateSubjects</c>: parts of a trusted client certificate's subject, such as <c>CN=orders</c>, one of which it
    /// needs; empty for any.
    /// </summary>
    public EquatableArray<string> Subjects { get; init; }

    /// <summary>
    /// <c>RequireClaims</c>: headers of the authentication service's answer, and which values they may have; empty for none.
    /// </summary>
    public EquatableArray<RequiredClaim> Claims { get; init; }

    /// <summary><c>Networks</c>: where clients may come from; null for anywhere.</summary>
    public AddressList? Networks { get; init; }

    /// <summary><c>Methods</c>: the methods that requests may have; empty for any.</summary>
    public EquatableArray<string> Methods { get; init; }
}

/// <summary>A header that the authentication service has to answer with.</summary>
/// <param name="Header">One of <c>auth-response-headers</c>.</param>
/// <param name="Values">One of its values, which commas separate, has to be one of these; empty for any value.</param>
public sealed record RequiredClaim(string Header, EquatableArray<string> Values);
