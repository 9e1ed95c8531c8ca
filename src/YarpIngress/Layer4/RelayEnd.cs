namespace YarpIngress.Layer4;

/// <summary>Why a relayed connection is over.</summary>
internal enum RelayEnd
{
    /// <summary>Both sides had said all that they wanted to say.</summary>
    Closed,

    /// <summary>The client broke it off.</summary>
    ClientBroke,

    /// <summary>The pod broke it off.</summary>
    PodBroke,

    /// <summary>Nothing moved for too long.</summary>
    Idle,

    /// <summary>The gateway stops.</summary>
    Stopped,
}
