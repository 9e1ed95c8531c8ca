namespace YarpIngress.Layer4.Passthrough;

/// <summary>
/// How a connection ended that was to be passed through. The first are those of <see cref="RelayEnd"/>, by the same numbers.
/// </summary>
internal enum PassthroughEnd
{
    /// <summary>Both sides had said all that they wanted to say.</summary>
    Closed,

    /// <summary>The client broke it off.</summary>
    ClientBroke,

    /// <summary>The pod broke it off.</summary>
    PodBroke,

    /// <summary>Nothing moved for too long.</summary>
    Idle,

    /// <summary>The gateway stopped.</summary>
    Stopped,

    /// <summary>The client's address is not allowed.</summary>
    Refused,

    /// <summary>The host has as many connections as one may have.</summary>
    TooMany,

    /// <summary>No pod took the connection.</summary>
    NoPod,
}
