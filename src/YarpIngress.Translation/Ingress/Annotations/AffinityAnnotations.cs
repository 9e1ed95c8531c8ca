using System.Globalization;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Sessions that stay with an endpoint by a cookie; see <see cref="AffinityPolicy"/>.</summary>
internal static class AffinityAnnotations
{
    // What browsers store of a cookie is 4 KB in all.
    private const int LongestName = 256;
    private const int LongestPath = 1024;

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("affinity", AnnotationRisk.Low, "cookie", "none",
            "The requests of one browser go to one endpoint, which a cookie tells; goes before upstream-hash-by and load-balance.",
            (policies, text) => With(policies, affinity => affinity with { Enabled = SettingValue.Word(text, ("cookie", true)) }))
        {
            Difference = "Sessions of a cookie that ingress-nginx gave out go on, but may begin them with another pod.",
            Scope = AnnotationScope.Backend,
            Example = "cookie",
        },
        new("affinity-mode", AnnotationRisk.Medium, "balanced or persistent", "balanced",
            "Whether a share of the sessions moves to new endpoints, or each stays until its endpoint is gone.",
            (policies, text) => With(policies, affinity => affinity with
            {
                Mode = SettingValue.Word(text, ("balanced", AffinityMode.Balanced), ("persistent", AffinityMode.Persistent)),
            }))
        {
            Scope = AnnotationScope.Backend,
            Example = "persistent",
        },
        new("session-cookie-name", AnnotationRisk.Medium, "name of a cookie", "INGRESSCOOKIE", "Names the cookie.",
            (policies, text) => With(policies, affinity => affinity with { CookieName = CookieName(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "route",
        },
        new("session-cookie-path", AnnotationRisk.Medium, "path", "the path of the Ingress",
            "The Path of the cookie; needed where paths are regular expressions, and / without it there.",
            (policies, text) => With(policies, affinity => affinity with { CookiePath = Path(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "/",
        },
        new("session-cookie-domain", AnnotationRisk.Medium, "domain", "none: the host alone", "The Domain of the cookie.",
            (policies, text) => With(policies, affinity => affinity with { CookieDomain = Domain(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "example.com",
        },
        new("session-cookie-expires", AnnotationRisk.Medium, "seconds", "none: until the browser ends",
            "When the cookie expires; written as RFC 6265 has it, with four digits of the year.",
            (policies, text) => With(policies, affinity => affinity with { Expires = Seconds(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "172800",
        },
        new("session-cookie-max-age", AnnotationRisk.Medium, "seconds", "none: until the browser ends", "The Max-Age of the cookie.",
            (policies, text) => With(policies, affinity => affinity with { MaxAge = Seconds(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "172800",
        },
        new("session-cookie-samesite", AnnotationRisk.Low, "None, Lax or Strict", "none", "The SameSite of the cookie.",
            (policies, text) => With(policies, affinity => affinity with
            {
                SameSite = SettingValue.Word(
                    text, ("None", CookieSameSite.None), ("Lax", CookieSameSite.Lax), ("Strict", CookieSameSite.Strict)),
            }))
        {
            Scope = AnnotationScope.Backend,
            Example = "Lax",
        },
        new("session-cookie-conditional-samesite-none", AnnotationRisk.Low, "true or false", "false",
            "No SameSite=None for browsers that are known to misunderstand it.",
            (policies, text) => With(policies, affinity => affinity with { ConditionalSameSiteNone = SettingValue.Bool(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "true",
        },
        new("session-cookie-secure", AnnotationRisk.Low, "true or false", "false: only on requests that came over TLS",
            "The cookie is always Secure.",
            (policies, text) => With(policies, affinity => affinity with { Secure = SettingValue.Bool(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "true",
        },
        new("session-cookie-change-on-failure", AnnotationRisk.Low, "true or false", "false",
            "A try that failed moves the session to another endpoint; otherwise the same one is tried again.",
            (policies, text) => With(policies, affinity => affinity with { ChangeOnFailure = SettingValue.Bool(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "true",
        },
    ];

    /// <summary>What is said of a cookie counts only where there is one.</summary>
    public static RoutePolicies Complete(RoutePolicies policies, AnnotationSource source)
    {
        if (policies.Affinity is not { Enabled: false })
            return policies;
        // An invalid value of affinity itself has its own problem.
        if (source.KeyOf("affinity") is null)
            source.Problems.Warning(
                ProblemReasons.InvalidAnnotation, source.Field(All.First(one => source.KeyOf(one.Name) is not null).Name),
                "it has no effect without affinity: cookie");
        return policies with { Affinity = null };
    }

    /// <summary>A cookie's name.</summary>
    public static string CookieName(string text) => text.Length is > 0 and <= LongestName
        && !text.AsSpan().ContainsAnyExcept(HeaderText.TokenCharacters)
        ? text
        : throw new FormatException($"must be a name of 1 to {LongestName} letters, digits and any of !#$%&'*+-.^_`|~");

    private static string Path(string text) => text is ['/', ..] && text.Length <= LongestPath
        && text.All(c => c is > ' ' and < '\x7f' and not ';')
        ? text
        : throw new FormatException(
            $"must be a path that begins with a slash, without spaces and semicolons, of at most {LongestPath} characters");

    private static string Domain(string text) => HostName.Normalize(text.TrimStart('.'), out _) is { } name && !name.StartsWith('*')
        ? name
        : throw new FormatException("must be a domain name");

    private static int Seconds(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : throw new FormatException("must be a whole number of seconds");

    private static RoutePolicies With(RoutePolicies policies, Func<AffinityPolicy, AffinityPolicy> change) =>
        policies with { Affinity = change(policies.Affinity ?? new()) };
}
