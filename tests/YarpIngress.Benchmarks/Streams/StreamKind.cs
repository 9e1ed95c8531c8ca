namespace YarpIngress.Benchmarks.Streams;

/// <summary>What a client does again and again with <see cref="StreamPod"/>.</summary>
internal enum StreamKind
{
    /// <summary>A connection, 100 bytes each way, and its end.</summary>
    Connection,

    /// <summary>100 bytes each way on a connection that stays.</summary>
    Exchange,

    /// <summary>A mebibyte of the pod's.</summary>
    Download,

    /// <summary>A mebibyte of the client's.</summary>
    Upload,

    /// <summary>A datagram of 100 bytes each way.</summary>
    Datagram,

    /// <summary>A connection that begins with the first message of TLS and gets the same back: what a proxy sees of passed-through TLS.</summary>
    Hello,
}
