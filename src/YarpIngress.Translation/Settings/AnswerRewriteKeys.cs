using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about headers that name a pod's own address; annotations say otherwise for an Ingress.</summary>
internal static class AnswerRewriteKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("proxy-cookie-domain", "off, or what is looked for and what comes instead", "Changes the Domain of pods' cookies.",
            (policy, text) => policy with { CookieDomain = AnswerRewriteValue.Pair(text) }),
        Key("proxy-cookie-path", "off, or what is looked for and what comes instead", "Changes how the Path of pods' cookies begins.",
            (policy, text) => policy with { CookiePath = AnswerRewriteValue.Pair(text) }),
        Key("proxy-redirect-from", "off, default, or a text", "What is looked for at the beginning of pods' Location and Refresh.",
            (policy, text) => AnswerRewriteValue.WithRedirect(policy with { RedirectFrom = AnswerRewriteValue.Half(text) })),
        Key("proxy-redirect-to", "off, or a text", "What comes in place of proxy-redirect-from.",
            (policy, text) => AnswerRewriteValue.WithRedirect(policy with { RedirectTo = AnswerRewriteValue.Target(text) })),
    ];

    private static GlobalKey Key(
        string name, string values, string doc, Func<AnswerRewritePolicy, string, AnswerRewritePolicy> set) =>
        new(name, values, AnswerRewriteValue.Off, doc, (settings, text) =>
        {
            var changed = set(settings.Routes.Rewrites ?? AnswerRewritePolicy.None, text);
            return settings with { Routes = settings.Routes with { Rewrites = changed == AnswerRewritePolicy.None ? null : changed } };
        });
}
