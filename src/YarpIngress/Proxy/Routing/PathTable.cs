using YarpIngress.Translation.Model;

namespace YarpIngress.Proxy.Routing;

/// <summary>
/// The paths of one host, as a compressed trie: one walk along the request's path finds the exact match or the longest
/// prefix, whatever the number of paths, without an allocation. Immutable once built.
/// </summary>
/// <typeparam name="TRoute">What a path leads to.</typeparam>
internal sealed class PathTable<TRoute>
    where TRoute : class
{
    private readonly Node _root = new("");
    private readonly RegexPaths<TRoute>? _regexes;

    /// <summary>Builds the table. Of two entries with the same match and path the first stays.</summary>
    public PathTable(IEnumerable<(PathMatch Match, string Path, TRoute Route)> entries)
    {
        List<(string, TRoute)>? regexes = null;
        foreach (var (match, path, route) in entries)
        {
            if (match is PathMatch.Regex)
            {
                (regexes ??= []).Add((path, route));
                continue;
            }
            // A prefix matches by elements, so its trailing slash says nothing; the root keeps its only one.
            var key = match is PathMatch.Prefix && path.Length > 1 ? path.TrimEnd('/') : path;
            var node = NodeFor(key.Length == 0 ? "/" : key);
            switch (match)
            {
                case PathMatch.Exact:
                    node.Exact ??= route;
                    break;
                case PathMatch.Prefix:
                    node.Prefix ??= route;
                    break;
                case PathMatch.StringPrefix:
                    node.StringPrefix ??= route;
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(entries), match, "Unknown path match.");
            }
        }
        _regexes = regexes is null ? null : new RegexPaths<TRoute>(regexes);
    }

    /// <summary>
    /// The route for a normalised path: an exact one first, then regular expressions, then the longest prefix; of two prefixes of the
    /// same text the one by elements, since it says more about the path.
    /// </summary>
    /// <exception cref="System.Text.RegularExpressions.RegexMatchTimeoutException">
    /// An expression that can't be matched in linear time took too long.
    /// </exception>
    public TRoute? Match(ReadOnlySpan<char> path)
    {
        if (_regexes is null)
            return MatchLiterally(path);
        var literal = MatchLiterally(path, out var isExact);
        return isExact ? literal : _regexes.Match(path) ?? literal;
    }

    private TRoute? MatchLiterally(ReadOnlySpan<char> path) => MatchLiterally(path, out _);

    private TRoute? MatchLiterally(ReadOnlySpan<char> path, out bool isExact)
    {
        isExact = false;
        TRoute? best = null;
        var node = _root;
        var depth = 0;
        while (true)
        {
            if (depth == path.Length)
            {
                isExact = node.Exact is not null;
                return node.Exact ?? node.Prefix ?? node.StringPrefix ?? best;
            }

            // At depth 1 the prefix is the root, and everything is below it.
            if (node.Prefix is not null && (path[depth] == '/' || depth == 1))
                best = node.Prefix;
            else if (node.StringPrefix is not null)
                best = node.StringPrefix;

            var rest = path[depth..];
            if (node.Child(rest[0]) is not { } child || !rest.StartsWith(child.Label, StringComparison.Ordinal))
                return best;
            node = child;
            depth += child.Label.Length;
        }
    }

    private Node NodeFor(ReadOnlySpan<char> path)
    {
        var node = _root;
        while (path.Length > 0)
        {
            var child = node.Child(path[0]);
            if (child is null)
                return node.Add(path.ToString());

            var common = path.CommonPrefixLength(child.Label);
            if (common < child.Label.Length)
                child = node.Split(child, common);
            node = child;
            path = path[common..];
        }
        return node;
    }

    private sealed class Node(string label)
    {
        // Beside each other, sorted: the first character of a child's label, and the child.
        private char[] _keys = [];
        private Node[] _children = [];

        public string Label { get; private set; } = label;

        public TRoute? Exact { get; set; }

        public TRoute? Prefix { get; set; }

        public TRoute? StringPrefix { get; set; }

        public Node? Child(char first)
        {
            var index = _keys.Length <= 16 ? Array.IndexOf(_keys, first) : Array.BinarySearch(_keys, first);
            return index < 0 ? null : _children[index];
        }

        public Node Add(string label)
        {
            var child = new Node(label);
            var index = ~Array.BinarySearch(_keys, label[0]);
            _keys = [.. _keys.AsSpan(0, index), label[0], .. _keys.AsSpan(index)];
            _children = [.. _children.AsSpan(0, index), child, .. _children.AsSpan(index)];
            return child;
        }

        /// <summary>Puts a node for the first <paramref name="length"/> characters of a child's label above the child.</summary>
        public Node Split(Node child, int length)
        {
            var above = new Node(child.Label[..length]) { _keys = [child.Label[length]], _children = [child] };
            _children[Array.IndexOf(_children, child)] = above;
            child.Label = child.Label[length..];
            return above;
        }
    }
}
