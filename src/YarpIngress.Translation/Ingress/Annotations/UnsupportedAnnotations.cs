using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>
/// Annotations that nothing here acts on: those of ingress-nginx that are known all the same, and those that nobody knows. Each is
/// a problem, and a protection that can't be given closes what it was to protect.
/// </summary>
public static class UnsupportedAnnotations
{
    private const int LongestName = 63;
    private const int DirectivesTold = 6;

    /// <summary>Those that are known, but for what a definition in <see cref="IngressAnnotations.All"/> acts on.</summary>
    public static readonly IReadOnlyDictionary<string, UnsupportedAnnotation> ByName =
        UnsupportedByDesign.All.Concat(UnsupportedSnippets.All).Concat(UnsupportedRemoved.All)
            .Where(annotation => !IngressAnnotations.ByName.ContainsKey(annotation.Name))
            .ToDictionary(annotation => annotation.Name);

    /// <summary>Reports each and closes what it protects.</summary>
    internal static RoutePolicies Complete(RoutePolicies policies, AnnotationSource source)
    {
        foreach (var key in source.Values.Keys.Order(StringComparer.Ordinal))
        {
            if (IngressAnnotations.NameOf(key, source.Settings.AnnotationsPrefix) is not { } name
                || (IngressAnnotations.ByName.TryGetValue(name, out var acted) && (!acted.OwnOnly || IsOwn(key))))
                continue;
            if (ByName.TryGetValue(name, out var known))
                policies = Close(policies, key, Report(known, key, source));
            else
                ReportUnknown(name, key, source);
        }
        return policies;
    }

    private static bool IsOwn(string key) => key.StartsWith(IngressAnnotations.OwnPrefix + "/", StringComparison.Ordinal);

    private static string PrefixOf(string name, string key) =>
        IngressAnnotations.ByName.TryGetValue(name, out var known) && known.OwnOnly
            ? IngressAnnotations.OwnPrefix
            : key[..key.IndexOf('/')];

    /// <summary>The nearest name that is known; null when none is near.</summary>
    internal static string? Nearest(string name)
    {
        if (name.Length > LongestName)
            return null;
        var plain = name.ToLowerInvariant().Replace('_', '-');
        // Of a short name two letters are another word.
        var farthest = Math.Clamp(name.Length / 4, 1, 3);
        return NearestName.Find(plain, IngressAnnotations.ByName.Keys.Concat(ByName.Keys), farthest);
    }

    private static Closes Report(UnsupportedAnnotation known, string key, AnnotationSource source)
    {
        var value = source.Values[key] ?? "";
        if (known.Nothing.Contains(value.Trim()))
            return Closes.Nothing;
        if (known.Needs is { } needs && !IsAskedFor(needs, source))
        {
            source.Problems.Warning(
                ProblemReasons.UnsupportedAnnotation, $"metadata.annotations[{key}]",
                $"it has no effect without {needs}; it is ignored");
            return Closes.Nothing;
        }
        var directives = known.IsSnippet ? SnippetDirectives.Of(value) : [];
        var protecting = directives.FirstOrDefault(directive => directive.Protects).Name;
        var closes = protecting is null ? known.Closes : known.Scope is AnnotationScope.Host ? Closes.Hosts : Closes.Routes;
        var severity = closes is not Closes.Nothing || known.Why is Unsupported.ByDesign ? ProblemSeverity.Error : ProblemSeverity.Warning;
        var what = known.IsSnippet ? $"value {Quoted.Value(value.ReplaceLineEndings(" "))}" : known.Name;
        var instead = Instead(directives) ?? known.Instead;
        source.Problems.Add(
            ProblemReasons.UnsupportedAnnotation, severity, $"metadata.annotations[{key}]",
            $"{what} {known.Reason}; {Effect(closes, protecting)}; instead: {instead}");
        return closes;
    }

    private static bool IsAskedFor(string name, AnnotationSource source) =>
        source.KeyOf(name) is { } key && !UnsupportedByDesign.Off.Contains(source.Values[key]?.Trim() ?? "");

    private static string Effect(Closes closes, string? protecting)
    {
        var why = protecting is null
            ? "so that nothing is served unprotected"
            : $"since {protecting} in it refuses requests that would be served without";
        return closes switch
        {
            Closes.Routes => $"requests answer 503, {why}",
            Closes.Hosts => $"requests for its hosts answer 503, {why}",
            _ => "it is ignored",
        };
    }

    private static string? Instead(IReadOnlyList<SnippetDirective> directives)
    {
        var told = directives.Where(directive => directive.Instead is not null).Take(DirectivesTold)
            .Select(directive => $"for {directive.Name} use {directive.Instead}").ToList();
        return told.Count == 0 ? null : string.Join(", ", told);
    }

    private static RoutePolicies Close(RoutePolicies policies, string key, Closes closes) => closes switch
    {
        Closes.Routes => policies with { Denied = policies.Denied ?? key },
        Closes.Hosts => policies with { Denied = policies.Denied ?? key, DeniedHosts = key },
        _ => policies,
    };

    private static void ReportUnknown(string name, string key, AnnotationSource source)
    {
        var nearest = Nearest(name) is { } match ? $"; did you mean {PrefixOf(match, key)}/{match}?" : "";
        source.Problems.Warning(
            ProblemReasons.UnknownAnnotation, $"metadata.annotations[{key}]",
            $"annotation {Quoted.Value(name)} is not known to this version; it has no effect{nearest}");
    }
}
