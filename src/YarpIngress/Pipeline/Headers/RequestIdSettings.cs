namespace YarpIngress.Pipeline.Headers;

/// <summary>How requests get their ids; applies to those that come from then on.</summary>
internal sealed class RequestIdSettings
{
    private volatile bool _generate = true;

    /// <summary><c>generate-request-id</c>: whether a request that brings none gets one.</summary>
    public bool Generate
    {
        get => _generate;
        set => _generate = value;
    }
}
