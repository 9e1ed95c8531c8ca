using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about Strict-Transport-Security; see <see cref="HstsSettings"/>.</summary>
internal static class HstsKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("hsts", "true or false", "true", "Whether answers over HTTPS carry Strict-Transport-Security, in place of the pod's.",
            (hsts, text) => hsts with { Enabled = Bool(text) }),
        Key("hsts-max-age", "seconds", "31536000", "For how long browsers come back over HTTPS only.",
            (hsts, text) => hsts with { MaximumAge = Whole(text.Trim(), 0, int.MaxValue) }),
        Key("hsts-include-subdomains", "true or false", "true", "Whether it speaks for the hosts below, too.",
            (hsts, text) => hsts with { IncludeSubdomains = Bool(text) }),
        Key("hsts-preload", "true or false", "false", "Whether browsers may know of it before the first visit.",
            (hsts, text) => hsts with { Preload = Bool(text) }),
    ];

    private static GlobalKey Key(string name, string values, string byDefault, string doc, Func<HstsSettings, string, HstsSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with
        {
            Headers = settings.Headers with { Hsts = set(settings.Headers.Hsts, text) },
        });
}
