using YarpIngress.Translation.Model;
using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys that say how redirects look where the Ingress does not; see <see cref="RedirectSettings"/>.</summary>
internal static class RedirectKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("ssl-redirect", "true or false", "true",
            "Whether requests over plain HTTP are sent to HTTPS when their host has a certificate.",
            (redirects, text) => redirects with { ToHttps = Bool(text) }),
        Key("force-ssl-redirect", "true or false", "false", "The same as ssl-redirect, for hosts without a certificate too.",
            (redirects, text) => redirects with { ForceHttps = Bool(text) }),
        Key("preserve-trailing-slash", "true or false", "false", "Whether the redirect to HTTPS keeps a slash at the end.",
            (redirects, text) => redirects with { PreserveTrailingSlash = Bool(text) }),
        Key("use-port-in-redirects", "true or false", "false", "Whether the redirect to HTTPS names the HTTPS port.",
            (redirects, text) => redirects with { UsePort = Bool(text) }),
        Key("relative-redirects", "true or false", "false", "Whether a redirect to a path names no host.",
            (redirects, text) => redirects with { Relative = Bool(text) }),
        Key("http-redirect-code", "301, 302, 307 or 308", "308", "Status of redirects to HTTPS and of from-to-www-redirect.",
            (redirects, text) => redirects with { Status = Word(text, ("301", 301), ("302", 302), ("307", 307), ("308", 308)) }),
        Key("no-tls-redirect-locations", "paths with commas between", "/.well-known/acme-challenge",
            "Rules whose path begins with one of these are not sent to HTTPS.",
            (redirects, text) => redirects with
            {
                PlainPaths = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            }),
    ];

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<RedirectSettings, string, RedirectSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with
        {
            Routes = settings.Routes with { Redirects = set(settings.Routes.Redirects, text) },
        });
}
