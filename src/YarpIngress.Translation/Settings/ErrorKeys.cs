using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about errors; annotations say otherwise for an Ingress.</summary>
internal static class ErrorKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("custom-http-errors", "statuses from 300 to 599 with commas between", "none",
            "Statuses whose answers come from the default backend instead.", (errors, text) => errors with { Codes = Codes(text, 300) }),
        Key("disable-proxy-intercept-errors", "true or false", "false",
            "Whether custom-http-errors replaces only answers that the gateway gives itself.",
            (errors, text) => errors with { OwnOnly = SettingValue.Bool(text) }),
    ];

    /// <summary>Reads a list of statuses.</summary>
    /// <exception cref="FormatException">One of them is none from <paramref name="least"/> to 599.</exception>
    public static EquatableArray<int> Codes(string text, int least) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(code => Code(code, least)).Distinct().Order()];

    private static int Code(string text, int least)
    {
        try
        {
            return SettingValue.Whole(text, least, 599);
        }
        catch (FormatException)
        {
            throw new FormatException($"must be a list of statuses from {least} to 599 with commas between");
        }
    }

    private static GlobalKey Key(string name, string values, string byDefault, string doc, Func<ErrorPolicy, string, ErrorPolicy> set) =>
        new(name, values, byDefault, doc, (settings, text) =>
        {
            var changed = set(settings.Routes.Errors ?? ErrorPolicy.None, text);
            return settings with { Routes = settings.Routes with { Errors = changed == ErrorPolicy.None ? null : changed } };
        });
}
