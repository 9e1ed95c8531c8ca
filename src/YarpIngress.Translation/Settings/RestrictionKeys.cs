using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about what Ingresses may ask for.</summary>
internal static class RestrictionKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        new("annotations-risk-level", "Low, Medium, High or Critical", "High",
            "The riskiest annotations that an Ingress may carry; the routes of one with a riskier annotation answer 503.",
            (settings, text) => With(settings, restrictions => restrictions with { MostRisk = Risk(text.Trim()) }))
        {
            Closed = (settings, _) => With(settings, restrictions => restrictions with { MostRisk = AnnotationRisk.Low }),
            Instead = "until it is repaired only annotations of risk Low are accepted",
        },
        new("annotation-value-word-blocklist", "words with commas between", "none",
            "What no value of an annotation may have in it; the routes of an Ingress with such a one answer 503.",
            (settings, text) => With(settings, restrictions => restrictions with { BlockedWords = Words(text) })),
        new("strict-validate-path-type", "true or false", "true",
            "Whether the admission webhook refuses paths of type Exact and Prefix with other characters than letters, digits and . _ / -; "
            + "Ingresses that exist are served as they are.",
            (settings, text) => settings with { StrictValidatePathType = SettingValue.Bool(text) }),
    ];

    private static AnnotationRisk Risk(string text) =>
        SettingValue.Word(text, [.. Enum.GetValues<AnnotationRisk>().Select(risk => (risk.ToString(), risk))]);

    private static EquatableArray<string> Words(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToEquatableArray();

    private static GlobalSettings With(GlobalSettings settings, Func<RestrictionSettings, RestrictionSettings> change) =>
        settings with { Restrictions = change(settings.Restrictions) };
}
