using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys of limits; annotations set limits themselves.</summary>
internal static class LimitKeys
{
    private const string Status = "status from 400 to 599";

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("limit-req-status-code", Status, "503", "The answer to requests above limit-rps or limit-rpm.",
            (limits, text) => limits with { RequestStatus = SettingValue.Whole(text.Trim(), 400, 599) }),
        Key("limit-conn-status-code", Status, "503", "The answer to requests above limit-connections.",
            (limits, text) => limits with { ConnectionStatus = SettingValue.Whole(text.Trim(), 400, 599) }),
        Key("limit-conn-zone-variable", "text with nginx's variables", "$binary_remote_addr",
            "What tells clients apart that are limited; one for whom it is empty is not limited.",
            (limits, text) => limits with { Key = Variable(text.Trim()) }),
        Key("limit-rate", "KB a second; 0 for no limit", "0", "How fast the body of an answer is sent to the client.",
            (limits, text) => limits with { AnswerRate = LimitAnnotations.KiloBytes(text) }),
        Key("limit-rate-after", "KB", "0", "How much of an answer is sent at full speed before limit-rate begins.",
            (limits, text) => limits with { AnswerRateAfter = LimitAnnotations.KiloBytes(text) }),
    ];

    private static VariableText? Variable(string text) => text switch
    {
        "" => throw new FormatException("must name something, since clients are not limited where it is empty"),
        "$binary_remote_addr" or "$remote_addr" or "$the_real_ip" => null,
        _ => VariableText.Parse(text),
    };

    private static GlobalKey Key(string name, string values, string byDefault, string doc, Func<LimitPolicy, string, LimitPolicy> set) =>
        new(name, values, byDefault, doc, (settings, text) =>
            settings with { Routes = LimitAnnotations.With(settings.Routes, limits => set(limits, text)) });
}
