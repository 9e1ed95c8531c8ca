using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace YarpIngress.Observability.AccessLog;

/// <summary>Which request targets are not logged; see <see cref="Translation.Settings.AccessLogSettings.SkipUrls"/>.</summary>
internal sealed class SkippedUrls
{
    private readonly FrozenSet<string> _whole;
    private readonly Regex[] _patterns;

    public SkippedUrls(IEnumerable<string> urls)
    {
        List<string> whole = [];
        List<Regex> patterns = [];
        foreach (var url in urls)
        {
            if (Pattern(url) is { } pattern)
                patterns.Add(pattern);
            else
                whole.Add(url);
        }
        _whole = whole.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _patterns = [.. patterns];
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _whole.Count == 0 && _patterns.Length == 0;

    /// <summary>Whether a target, query included, is one of them.</summary>
    public bool Contains(string target)
    {
        if (_whole.Contains(target))
            return true;
        foreach (var pattern in _patterns)
            if (pattern.IsMatch(target))
                return true;
        return false;
    }

    // Linear in the target, whatever the pattern; the settings were checked when they were read.
    private static Regex? Pattern(string url) => url switch
    {
        ['~', '*', .. var text] => new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase),
        ['~', .. var text] => new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant),
        _ => null,
    };
}
