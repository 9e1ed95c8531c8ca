using System.Buffers;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// What an Ingress that is about to be written must not hold, though one that is there is served: <c>strict-validate-path-type</c>,
/// and annotations under a prefix that <c>--annotations-prefix</c> has replaced.
/// </summary>
public static class StrictRules
{
    private const string UsualPrefix = "nginx.ingress.kubernetes.io";

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/");

    /// <summary>The paths of type Exact or Prefix that hold other characters than paths usually do, such as those of a pattern.</summary>
    public static IEnumerable<Problem> Paths(ParsedIngress ingress)
    {
        var problems = new ProblemList(ingress.ProblemObject);
        foreach (var path in ingress.Hosts.Values.SelectMany(rules => rules.Paths).OrderBy(path => (path.Rule, path.Index)))
        {
            if (path.Match is PathMatch.Exact or PathMatch.Prefix && path.Written.AsSpan().ContainsAnyExcept(Plain))
                problems.Error(
                    ProblemReasons.InvalidPath, $"{path.Field}.path",
                    $"path {Quoted.Value(path.Written)} can't be used with pathType {path.Match}, whose paths are of letters, "
                    + "digits and ./_-; a pattern needs pathType ImplementationSpecific, and strict-validate-path-type: "
                    + "\"false\" allows any path");
        }
        return problems.Finish();
    }

    /// <summary>Annotations under ingress-nginx's prefix where another is in use: whatever they protect would be open.</summary>
    /// <param name="about">The Ingress.</param>
    /// <param name="annotations">Its annotations.</param>
    /// <param name="settings">What the flags say.</param>
    public static IEnumerable<Problem> Prefixes(
        ProblemObject about, IReadOnlyDictionary<string, string>? annotations, TranslationSettings settings)
    {
        var problems = new ProblemList(about);
        if (settings.AnnotationsPrefix == UsualPrefix)
            return problems.Finish();
        foreach (var key in annotations?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
        {
            if (IngressAnnotations.NameOf(key, UsualPrefix) is { } name && key.StartsWith(UsualPrefix, StringComparison.Ordinal))
                problems.Error(
                    ProblemReasons.UnknownAnnotation, $"metadata.annotations[{key}]",
                    $"this controller reads annotations under another prefix; write {settings.AnnotationsPrefix}/{name}");
        }
        return problems.Finish();
    }
}
