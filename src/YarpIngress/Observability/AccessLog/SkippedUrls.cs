using System.Collections.Frozen;
using System.Text.RegularExpressions;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.AccessLog;

/// <summary>Which request targets are not logged; see <see cref="AccessLogSettings.SkipUrls"/>.</summary>
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
            if (SkippedUrl.Expression(url) is { } pattern)
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
}
