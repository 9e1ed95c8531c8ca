using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;
using static YarpIngress.Translation.Settings.UpstreamValue;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>When another endpoint is tried; see <see cref="NextUpstreamPolicy"/>.</summary>
internal static class NextUpstreamAnnotations
{
    public static readonly IReadOnlyList<Annotation> All =
    [
        new("proxy-next-upstream", AnnotationRisk.Medium, $"{ConditionWords}, with spaces between",
            "as the ConfigMap says, else error timeout",
            "After which failures another endpoint is tried. POST, LOCK and PATCH that an endpoint may have seen only with non_idempotent.",
            SetConditions)
        {
            Scope = AnnotationScope.Backend,
            Example = "error timeout http_502 http_503",
            Difference = "A body of which something was sent is sent again only with proxy-request-buffering on. "
                + "Endpoints that were not tried yet come first.",
        },
        new("proxy-next-upstream-timeout", AnnotationRisk.Low, "whole number of seconds; 0 for no limit", "as the ConfigMap says, else 0",
            "How long after the first try another one may begin.",
            (policies, text) => WithNextUpstream(
                policies, next => next with { Timeout = TimeSpan.FromSeconds(SettingValue.Whole(text, 0, int.MaxValue)) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "10",
        },
        new("proxy-next-upstream-tries", AnnotationRisk.Low, "whole number; 0 for every endpoint once", "as the ConfigMap says, else 3",
            "How many tries there are at most, the first included.",
            (policies, text) => WithNextUpstream(policies, next => next with { Tries = SettingValue.Whole(text, 0, int.MaxValue) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "2",
            Difference = "0 tries every endpoint once instead of trying for ever.",
        },
    ];

    private static RoutePolicies SetConditions(RoutePolicies policies, string text)
    {
        var conditions = NextUpstream(text);
        // retry-non-idempotent of the ConfigMap is for all.
        return WithNextUpstream(policies, next => next with
        {
            Conditions = conditions is NextUpstreamConditions.Off
                ? conditions
                : conditions | (next.Conditions & NextUpstreamConditions.NonIdempotent),
        });
    }
}
