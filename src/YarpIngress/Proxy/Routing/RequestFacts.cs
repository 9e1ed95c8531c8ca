namespace YarpIngress.Proxy.Routing;

/// <summary>What of a request, beside host and path, can decide about its route.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Target">Its target, as the client sent it.</param>
internal readonly record struct RequestFacts(string Method, IHeaderDictionary Headers, string Target)
{
    /// <summary>The path as the client sent it.</summary>
    public ReadOnlySpan<char> Path => RequestPath.TryFindPathAndQuery(Target, out var start)
        ? Target.IndexOf('?', start) is >= 0 and var mark ? Target.AsSpan(start, mark - start) : Target.AsSpan(start)
        : default;

    /// <summary>The query without its question mark.</summary>
    public ReadOnlySpan<char> Query => Target.IndexOf('?') is >= 0 and var mark ? Target.AsSpan(mark + 1) : default;
}
