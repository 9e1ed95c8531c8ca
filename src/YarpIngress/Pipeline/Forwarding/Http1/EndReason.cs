namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>Why this side ended a connection to a pod before its exchange was over.</summary>
internal enum EndReason
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>The client went away, or the request was cancelled otherwise.</summary>
    ClientGone,

    /// <summary>Nothing moved for the activity timeout.</summary>
    Timeout,

    /// <summary>The exchange failed, or needs nothing more of the connection.</summary>
    Over,
}
