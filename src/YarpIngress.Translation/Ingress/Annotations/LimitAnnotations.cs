using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>How much a client may ask for, and how fast it gets it; see <see cref="LimitPolicy"/>.</summary>
internal static class LimitAnnotations
{
    /// <summary>More of anything is no limit, and would overflow in products.</summary>
    public const int Most = 1_000_000;

    private const int MostKiloBytes = 10_000_000;
    private const string Number = "whole number; 0 for no limit";
    private const string PerReplica = "Each replica counts for itself, at most 65,536 clients an Ingress at a time.";

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("limit-connections", AnnotationRisk.Low, Number, "0",
            "How many requests a client may have open at once at all paths of the Ingress; one more is answered with 503, or what "
            + "limit-conn-status-code says. Each stream of HTTP/2 counts.",
            (policies, text) => With(policies, limits => limits with { Connections = Count(text) }))
        {
            FailsClosed = true,
            Example = "10",
        },
        new("limit-rps", AnnotationRisk.Low, Number, "0",
            "How many requests a second a client may send to all paths of the Ingress. limit-burst-multiplier times as many, and one, may "
            + "come at once; what is above is answered with 503, or what limit-req-status-code says. " + PerReplica,
            (policies, text) => With(policies, limits => limits with { RequestsPerSecond = Count(text) }))
        {
            FailsClosed = true,
            Example = "10",
        },
        new("limit-rpm", AnnotationRisk.Low, Number, "0",
            "As limit-rps, a minute. With both a request has to pass both, and counts in none when it does not.",
            (policies, text) => With(policies, limits => limits with { RequestsPerMinute = Count(text) }))
        {
            FailsClosed = true,
            Example = "300",
        },
        new("limit-burst-multiplier", AnnotationRisk.Low, "whole number from 1", "5",
            "How many times limit-rps or limit-rpm may come at once.",
            (policies, text) => With(policies, limits => limits with { BurstMultiplier = SettingValue.Whole(text.Trim(), 1, Most) }))
        {
            Example = "3",
        },
        new("limit-allowlist", AnnotationRisk.Low, "networks, commas between", "none",
            "Clients of these networks have no limits.",
            (policies, text) => With(policies, limits => limits with { Exempt = AddressList.Parse(text) }))
        {
            Aliases = ["limit-whitelist"],
            Example = "10.0.0.0/8, 2001:db8::/32",
        },
        new("limit-rate", AnnotationRisk.Low, "KB a second; 0 for no limit", "as the ConfigMap says, else 0",
            "How fast the body of an answer is sent to the client.",
            (policies, text) => With(policies, limits => limits with { AnswerRate = KiloBytes(text) }))
        {
            Difference = "Needs no proxy-buffering. Below 32 KB a second the answer is buffered as if it were on.",
            Example = "512",
        },
        new("limit-rate-after", AnnotationRisk.Low, "KB", "as the ConfigMap says, else 0",
            "How much of an answer is sent at full speed before limit-rate begins.",
            (policies, text) => With(policies, limits => limits with { AnswerRateAfter = KiloBytes(text) }))
        {
            Example = "1024",
        },
    ];

    /// <summary>A change of the limits, which are null again when they say nothing.</summary>
    public static RoutePolicies With(RoutePolicies policies, Func<LimitPolicy, LimitPolicy> change)
    {
        var changed = change(policies.Limits ?? LimitPolicy.None);
        return policies with { Limits = changed == LimitPolicy.None ? null : changed };
    }

    /// <summary>Kilobytes, in bytes.</summary>
    public static long KiloBytes(string text) => SettingValue.Whole(text.Trim(), 0, MostKiloBytes) * 1024L;

    private static int Count(string text) => SettingValue.Whole(text.Trim(), 0, Most);
}
