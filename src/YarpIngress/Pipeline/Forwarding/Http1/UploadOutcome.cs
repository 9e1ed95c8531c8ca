namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>How the sending of a request's body ended.</summary>
internal enum UploadOutcome
{
    /// <summary>Not begun.</summary>
    None,

    /// <summary>The pod was sent all of it.</summary>
    Complete,

    /// <summary>It was broken off, the answer being there already.</summary>
    Stopped,

    /// <summary>The client did not send all of it, or something else.</summary>
    ClientFailed,

    /// <summary>The pod took not all of it.</summary>
    PodFailed,
}
