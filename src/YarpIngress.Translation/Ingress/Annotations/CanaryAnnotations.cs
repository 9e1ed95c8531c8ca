using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>An Ingress that takes a part of another one's requests; see <see cref="CanaryPolicy"/>.</summary>
internal static class CanaryAnnotations
{
    private const int LongestValue = 1024;

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("canary", AnnotationRisk.Low, "true or false", "false",
            "The Ingress serves nothing by itself: it takes a part of the requests of the oldest Ingress with the same host, path and "
            + "path type, in any namespace.",
            (policies, text) => With(policies, canary => canary with { Enabled = SettingValue.Bool(text) }))
        {
            Difference = "Takes requests of the paths that it names, and not of others that lead to the same Service.",
            Scope = AnnotationScope.Backend,
            Example = "true",
        },
        new("canary-by-header", AnnotationRisk.Medium, "name of a header", "none",
            "Its value always chooses the canary, never the other; anything else leaves it to the next rule.",
            (policies, text) => With(policies, canary => canary with { Header = HeaderName(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "X-Canary",
        },
        new("canary-by-header-value", AnnotationRisk.Medium, "text", "none",
            "The value of the header that chooses the canary, instead of always and never.",
            (policies, text) => With(policies, canary => canary with { HeaderValue = Value(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "beta",
        },
        new("canary-by-header-pattern", AnnotationRisk.Medium, "regular expression", "none",
            "A header whose value it occurs in chooses the canary, instead of always and never; canary-by-header-value goes before it. "
            + "With an expression that can't be read the canary takes no request with the header.", SetPattern)
        {
            Scope = AnnotationScope.Backend,
            Example = "^(beta|early)$",
        },
        new("canary-by-cookie", AnnotationRisk.Medium, "name of a cookie", "none",
            "Its value always chooses the canary, never the other; anything else leaves it to the weight.",
            (policies, text) => With(policies, canary => canary with { Cookie = AffinityAnnotations.CookieName(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "canary",
        },
        new("canary-weight", AnnotationRisk.Low, "whole number", "0",
            "How many of canary-weight-total requests the canary takes that no other rule decided.",
            (policies, text) => With(policies, canary => canary with { Weight = SettingValue.Whole(text, 0, int.MaxValue) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "20",
        },
        new("canary-weight-total", AnnotationRisk.Low, "whole number, at least 100", "100", "What canary-weight is a part of.",
            (policies, text) => With(policies, canary => canary with
            {
                WeightTotal = Math.Max(canary.WeightTotal, SettingValue.Whole(text, 0, int.MaxValue)),
            }))
        {
            Scope = AnnotationScope.Backend,
            Example = "1000",
        },
        new("affinity-canary-behavior", AnnotationRisk.Low, "sticky or legacy", "sticky",
            "Whether a session of affinity stays with the side that served it first, or rules decide each of its requests.",
            (policies, text) => With(policies, canary => canary with
            {
                IgnoresAffinity = SettingValue.Word(text, ("sticky", false), ("legacy", true)),
            }))
        {
            Scope = AnnotationScope.Backend,
            Example = "legacy",
        },
    ];

    /// <summary>
    /// Of a canary nothing counts but its rules and what chooses among its endpoints: everything else is the other Ingress's, whose
    /// requests they are.
    /// </summary>
    public static RoutePolicies Complete(RoutePolicies policies, AnnotationSource source)
    {
        if (policies.Canary is not { } canary)
            return policies;
        if (canary is { Enabled: true, Header: null } && (canary.HeaderValue ?? canary.HeaderPattern) is not null
            && source.KeyOf("canary-by-header") is null)
            source.Problems.Warning(
                ProblemReasons.InvalidAnnotation,
                source.Field(canary.HeaderValue is null ? "canary-by-header-pattern" : "canary-by-header-value"),
                "it has no effect without canary-by-header");
        if (canary.Enabled)
            return RoutePolicies.None with
            {
                Canary = canary,
                Affinity = policies.Affinity,
                Backend = policies.Backend?.Balancing is { } balancing ? new BackendPolicy { Balancing = balancing } : null,
            };
        if (All.FirstOrDefault(one => one.Name != "canary" && source.KeyOf(one.Name) is not null) is { } useless)
            source.Problems.Warning(
                ProblemReasons.InvalidAnnotation, source.Field(useless.Name),
                "it has no effect without canary: \"true\"; the Ingress is served as any other");
        return policies with { Canary = null };
    }

    // As there, where an expression that can't be matched sends the request to the other side, whatever rules come after it.
    private static RoutePolicies SetPattern(RoutePolicies policies, string text, AnnotationSource source)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new FormatException("must not be empty");
        try
        {
            return With(policies, canary => canary with { HeaderPattern = Pattern(text) });
        }
        catch (FormatException error)
        {
            source.Problems.Error(
                ProblemReasons.InvalidAnnotation, source.Field("canary-by-header-pattern"),
                $"value {Quoted.Value(text)} {error.Message}; the canary takes no request with the header");
            return With(policies, canary => canary with { HasBrokenPattern = true });
        }
    }

    private static string HeaderName(string text) => text.Length <= 256 && text.Length > 0
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        ? text
        : throw new FormatException("must be a header's name of at most 256 letters, digits, - and _");

    private static string Value(string text) => text.Length > 0
        ? SettingValue.Line(text, LongestValue)
        : throw new FormatException("must not be empty");

    private static string Pattern(string text)
    {
        Value(text);
        try
        {
            CanaryPattern.Parse(text);
            return text;
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"must be a regular expression: {error.Message}");
        }
    }

    private static RoutePolicies With(RoutePolicies policies, Func<CanaryPolicy, CanaryPolicy> change) =>
        policies with { Canary = change(policies.Canary ?? new()) };
}
