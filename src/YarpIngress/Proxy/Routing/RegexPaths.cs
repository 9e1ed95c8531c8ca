using System.Text.RegularExpressions;
using YarpIngress.Translation;

namespace YarpIngress.Proxy.Routing;

/// <summary>
/// The paths of a host that are regular expressions. As in ingress-nginx they are tried one after the other, the longest text first,
/// of equally long ones the last in alphabetical order. Immutable once built.
/// </summary>
/// <typeparam name="TRoute">What a path leads to.</typeparam>
internal sealed class RegexPaths<TRoute>
    where TRoute : class
{
    private readonly Entry[] _entries;

    /// <summary>Builds the list. Of two entries with the same text the first counts.</summary>
    public RegexPaths(IEnumerable<(string Pattern, TRoute Route)> entries) =>
        // A stable sort.
        _entries = [.. entries
            .OrderByDescending(entry => entry.Pattern.Length)
            .ThenByDescending(entry => entry.Pattern, StringComparer.Ordinal)
            .Select(entry => new Entry(entry.Pattern, entry.Route))];

    /// <summary>The first whose expression matches at the beginning of the path.</summary>
    public TRoute? Match(ReadOnlySpan<char> path)
    {
        foreach (var entry in _entries)
        {
            if (entry.IsMatch(path))
                return entry.Route;
        }
        return null;
    }

    private sealed class Entry(string pattern, TRoute route)
    {
        private readonly string _start = PathPattern.LiteralStart(pattern);

        // Made by the first request that gets so far: an automaton takes time and memory, and most texts are told apart by their start.
        private Regex? _regex;

        public TRoute Route { get; } = route;

        public bool IsMatch(ReadOnlySpan<char> path) =>
            path.StartsWith(_start, StringComparison.OrdinalIgnoreCase)
            && (_start.Length == pattern.Length || PathPattern.IsMatch(_regex ??= PathPattern.AtStart(pattern), path));
    }
}
