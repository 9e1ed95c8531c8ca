namespace YarpIngress.Proxy.Routing;

/// <summary>Keeps a path that can be read in several ways from going round the protections of a route of its host.</summary>
internal static class GuardedPaths
{
    /// <summary>
    /// Whether another reading of a path falls under a route whose protections the chosen one does not have: then nobody can
    /// tell which of them the pod would serve. Hosts without protections serve every path that <see cref="RequestPath"/> takes.
    /// </summary>
    /// <param name="match">What the path was matched to.</param>
    /// <param name="chosen">What serves it.</param>
    /// <param name="path">The path as the client sent it, without the query.</param>
    /// <param name="facts">The request.</param>
    /// <exception cref="System.Text.RegularExpressions.RegexMatchTimeoutException">As from
    /// <see cref="PathTable{TRoute}.Match"/>.</exception>
    public static bool IsAmbiguous(in RouteMatch<ProxyRoute> match, ProxyRoute? chosen, ReadOnlySpan<char> path, in RequestFacts facts) =>
        match.Host is { IsGuarded: true } host
        && chosen is not null
        && PathReadings.Any(path, static (reading, asked) => asked.IsStricter(reading), new Asked(host, chosen, facts));

    private readonly record struct Asked(HostEntry<ProxyRoute> Host, ProxyRoute Chosen, RequestFacts Facts)
    {
        public bool IsStricter(ReadOnlySpan<char> reading) =>
            Host.Match(reading, Facts).Route is { Protections: { } protections } other
            && !ReferenceEquals(other, Chosen)
            && (protections != Chosen.Protections || (Chosen.IsOpen && !other.IsOpen));
    }
}
