namespace YarpIngress.Pipeline.Access;

/// <summary>What an <see cref="IAccessCheck"/> says of a request.</summary>
internal readonly record struct AccessDecision
{
    /// <summary>The check has nothing to say: the route does not use it, or nothing in it is about this client.</summary>
    public static AccessDecision NotAsked => default;

    /// <summary>The client may; with <c>satisfy any</c> no other check is asked.</summary>
    public static AccessDecision Allowed => new() { IsAllowed = true };

    /// <summary>Whether the client may.</summary>
    public bool IsAllowed { get; private init; }

    /// <summary>Why it may not; null when it may, or when nothing is said.</summary>
    public AccessRefusal? Refusal { get; private init; }

    /// <summary>The client may not.</summary>
    public static AccessDecision Refused(AccessRefusal refusal) => new() { Refusal = refusal };
}
