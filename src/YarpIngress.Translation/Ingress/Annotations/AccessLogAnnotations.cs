using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>The access log of one Ingress; see <see cref="Model.RoutePolicies.AccessLog"/>.</summary>
internal static class AccessLogAnnotations
{
    public static readonly IReadOnlyList<Annotation> All =
    [
        new("enable-access-log", AnnotationRisk.Low, "true or false", "true",
            "Whether requests are logged, where the ConfigMap does not turn the log off.",
            (policies, text) => policies with { AccessLog = SettingValue.Bool(text) }) { Example = "false" },
    ];
}
