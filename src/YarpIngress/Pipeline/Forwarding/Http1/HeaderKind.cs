namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>What becomes of a header of a pod's answer.</summary>
internal enum HeaderKind
{
    /// <summary>The client gets it.</summary>
    Forwarded,

    /// <summary>The client does not get it.</summary>
    Withheld,

    /// <summary>The client gets it only where that is configured.</summary>
    Server,

    /// <summary>Frames the body.</summary>
    ContentLength,

    /// <summary>Frames the body.</summary>
    TransferEncoding,

    /// <summary>Says whether the connection stays, and which headers are for it alone.</summary>
    Connection,
}
