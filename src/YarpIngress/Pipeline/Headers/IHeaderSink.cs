namespace YarpIngress.Pipeline.Headers;

/// <summary>Where headers of a request to a pod go: into YARP's message, or straight into bytes.</summary>
internal interface IHeaderSink
{
    /// <summary>Adds a header; nothing when its value is empty.</summary>
    void Add(string name, string value);

    /// <summary>Adds a header whose value is visible ASCII.</summary>
    void Add(string name, scoped ReadOnlySpan<byte> value);
}
