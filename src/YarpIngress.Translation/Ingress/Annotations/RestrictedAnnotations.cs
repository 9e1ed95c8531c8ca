using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>
/// Annotations that <see cref="RestrictionSettings"/> do not allow. The Ingress may not do what they ask for, and what else it asks for
/// may depend on them: its routes are closed, so that no other Ingress's shorter path serves what it meant to protect, and its
/// hosts have nothing of it.
/// </summary>
/// <remarks>What nothing here acts on, such as a snippet, is told of elsewhere and does no harm whatever its risk.</remarks>
internal static class RestrictedAnnotations
{
    /// <summary>Reports each and closes the routes.</summary>
    public static RoutePolicies Complete(RoutePolicies policies, AnnotationSource source)
    {
        var isCanary = policies.Canary is not null;
        string? restricted = null;
        foreach (var key in source.Values.Keys.Order(StringComparer.Ordinal))
        {
            if (IngressAnnotations.NameOf(key, source.Settings.AnnotationsPrefix) is not { } name
                || Why(name, key, source) is not { } why)
                continue;
            var effect = isCanary ? "the canary takes no requests" : "requests answer 503";
            source.Problems.Error(
                ProblemReasons.RestrictedAnnotation, $"metadata.annotations[{key}]", $"{why}; {effect} until it is changed");
            restricted ??= key;
        }
        return restricted is null ? policies : Close(policies, restricted);
    }

    private static string? Why(string name, string key, AnnotationSource source)
    {
        var restrictions = source.Global.Restrictions;
        if (IngressAnnotations.ByName.TryGetValue(name, out var annotation) && annotation.Risk > restrictions.MostRisk
            && (!annotation.OwnOnly || key.StartsWith(IngressAnnotations.OwnPrefix + "/", StringComparison.Ordinal)))
            return $"annotation {name} is of risk {annotation.Risk}, and annotations-risk-level allows {restrictions.MostRisk} at most";
        var value = source.Values[key] ?? "";
        foreach (var word in restrictions.BlockedWords)
            if (value.Contains(word, StringComparison.Ordinal))
                return $"value has {Quoted.Value(word)} in it, which annotation-value-word-blocklist does not allow";
        return null;
    }

    private static RoutePolicies Close(RoutePolicies policies, string key) => policies.Canary is { } canary
        ? policies with { Canary = canary with { Header = null, HeaderValue = null, HeaderPattern = null, Cookie = null, Weight = 0 } }
        : policies with
        {
            Denied = policies.Denied ?? key,
            Host = policies.Host is { } host ? host with { AppRoot = null, Aliases = [], RedirectsWww = false } : null,
        };
}
