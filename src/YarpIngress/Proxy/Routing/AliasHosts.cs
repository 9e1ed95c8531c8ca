using System.Text.RegularExpressions;
using YarpIngress.Translation;

namespace YarpIngress.Proxy.Routing;

/// <summary>
/// Aliases that are no plain names: wildcards, which cover any number of labels as in nginx, and regular expressions. There are few, and
/// mostly none, which costs a request one look at an empty list.
/// </summary>
/// <typeparam name="TRoute">What a path leads to.</typeparam>
/// <remarks>One writer at a time; each change is one atomic swap.</remarks>
internal sealed class AliasHosts<TRoute>
    where TRoute : class
{
    // Longest suffix first.
    private volatile Wildcard[] _wildcards = [];

    // By text, so that which comes first does not depend on which came first.
    private volatile Expression[] _expressions = [];

    public int Count => _wildcards.Length + _expressions.Length;

    public IEnumerable<HostEntry<TRoute>> All => _wildcards.Select(one => one.Entry).Concat(_expressions.Select(one => one.Entry));

    /// <summary>Whether an entry belongs here.</summary>
    public static bool Holds(HostEntry<TRoute> entry) => entry.IsAlias && entry.Host is ['*' or '~', ..];

    /// <summary>The longest wildcard that covers the host.</summary>
    public HostEntry<TRoute>? FindWildcard(ReadOnlySpan<char> host)
    {
        foreach (var (suffix, entry) in _wildcards)
        {
            if (host.Length > suffix.Length && host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return entry;
        }
        return null;
    }

    /// <summary>The first expression that matches the host.</summary>
    public HostEntry<TRoute>? FindExpression(ReadOnlySpan<char> host)
    {
        foreach (var (regex, entry) in _expressions)
        {
            if (PathPattern.IsMatch(regex, host))
                return entry;
        }
        return null;
    }

    /// <summary>The entry of that name.</summary>
    public HostEntry<TRoute>? Get(string host) =>
        host is ['*' or '~', ..] ? All.FirstOrDefault(entry => entry.Host == host) : null;

    /// <summary>Adds or replaces an entry.</summary>
    public void Set(HostEntry<TRoute> entry)
    {
        if (entry.Host[0] == '*')
        {
            var wildcards = Without(_wildcards, entry.Host).Append(new Wildcard(entry.Host[1..], entry));
            _wildcards = [.. wildcards.OrderByDescending(one => one.Suffix.Length)];
        }
        else
        {
            var expressions = Without(_expressions, entry.Host).Append(new Expression(PathPattern.Anywhere(entry.Host[1..]), entry));
            _expressions = [.. expressions.OrderBy(one => one.Entry.Host, StringComparer.Ordinal)];
        }
    }

    /// <summary>Removes an entry; false when it is not here.</summary>
    public bool Remove(string host)
    {
        if (Get(host) is null)
            return false;
        if (host[0] == '*')
            _wildcards = [.. Without(_wildcards, host)];
        else
            _expressions = [.. Without(_expressions, host)];
        return true;
    }

    private static IEnumerable<Wildcard> Without(Wildcard[] all, string host) => all.Where(one => one.Entry.Host != host);

    private static IEnumerable<Expression> Without(Expression[] all, string host) => all.Where(one => one.Entry.Host != host);

    private sealed record Wildcard(string Suffix, HostEntry<TRoute> Entry);

    private sealed record Expression(Regex Regex, HostEntry<TRoute> Entry);
}
