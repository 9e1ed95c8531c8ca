using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Headers of answers that name a pod's own address; see <see cref="AnswerRewritePolicy"/>.</summary>
internal static class AnswerRewriteAnnotations
{
    private const string From = "proxy-redirect-from";
    private const string To = "proxy-redirect-to";
    private const string ByDefault = "as the ConfigMap says, else off";
    private const string Pair = "off, or what is looked for and what comes instead; ~ and ~* begin regular expressions";

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("proxy-cookie-domain", AnnotationRisk.Medium, Pair, ByDefault, "Changes the Domain of pods' cookies.",
            (policies, text) => With(policies, rewrites => rewrites with { CookieDomain = AnswerRewriteValue.Pair(text) }))
        {
            Example = "localhost example.org",
        },
        new("proxy-cookie-path", AnnotationRisk.Medium, Pair, ByDefault, "Changes how the Path of pods' cookies begins.",
            (policies, text) => With(policies, rewrites => rewrites with { CookiePath = AnswerRewriteValue.Pair(text) }))
        {
            Example = "/two/ /",
        },
        new(From, AnnotationRisk.Medium, "off, default, or a text; ~ and ~* begin regular expressions", ByDefault,
            "What is looked for at the beginning of pods' Location and Refresh.",
            (policies, text) => With(policies, rewrites => rewrites with { RedirectFrom = AnswerRewriteValue.Half(text) }))
        {
            Example = "http://localhost:8000/",
            Difference = "default changes nothing: what nginx looks for then is http://upstream_balancer, its own name for the "
                + "pods, which no pod knows.",
        },
        new(To, AnnotationRisk.Medium, "off, or a text that may hold variables", ByDefault,
            "What comes in place of proxy-redirect-from.",
            (policies, text) => With(policies, rewrites => rewrites with { RedirectTo = AnswerRewriteValue.Target(text) }))
        {
            Example = "$scheme://$host/",
        },
    ];

    /// <summary>Puts the two halves of redirects together.</summary>
    public static RoutePolicies Complete(RoutePolicies policies, AnnotationSource source)
    {
        if (policies.Rewrites is not { } rewrites || (source.KeyOf(From) ?? source.KeyOf(To)) is null)
            return policies;
        try
        {
            if (rewrites is { RedirectTo: AnswerRewriteValue.Off, RedirectFrom: not (AnswerRewriteValue.Off or "default") })
                throw new FormatException($"needs {To} too");
            return Keep(policies, AnswerRewriteValue.WithRedirect(rewrites));
        }
        catch (FormatException error)
        {
            source.Problems.Error(
                ProblemReasons.InvalidAnnotation, source.Field(source.KeyOf(From) is null ? To : From),
                $"value {Quoted.Value($"{rewrites.RedirectFrom} {rewrites.RedirectTo}")} {error.Message}; Location and Refresh "
                + "stay as they are");
            return Keep(
                policies, rewrites with { RedirectFrom = AnswerRewriteValue.Off, RedirectTo = AnswerRewriteValue.Off, Redirect = null });
        }
    }

    private static RoutePolicies With(RoutePolicies policies, Func<AnswerRewritePolicy, AnswerRewritePolicy> change) =>
        Keep(policies, change(policies.Rewrites ?? AnswerRewritePolicy.None));

    private static RoutePolicies Keep(RoutePolicies policies, AnswerRewritePolicy rewrites) =>
        policies with { Rewrites = rewrites == AnswerRewritePolicy.None ? null : rewrites };
}
