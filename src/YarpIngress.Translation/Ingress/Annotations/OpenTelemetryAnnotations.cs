using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Traces of one Ingress; see <see cref="Model.TracingPolicy"/>.</summary>
internal static class OpenTelemetryAnnotations
{
    private const int LongestName = 256;

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("enable-opentelemetry", AnnotationRisk.Low, "true or false", "as the ConfigMap says",
            "Whether requests are traced.",
            (policies, text) => policies with { Tracing = policies.Tracing with { Enabled = SettingValue.Bool(text) } })
        {
            Example = "true",
        },
        new("opentelemetry-trust-incoming-span", AnnotationRisk.Low, "true or false", "as the ConfigMap says",
            "Whether a caller's span becomes the parent of the gateway's.",
            (policies, text) => policies with { Tracing = policies.Tracing with { TrustIncomingSpan = SettingValue.Bool(text) } })
        {
            Example = "false",
        },
        new("opentelemetry-operation-name", AnnotationRisk.Medium, "one line of text", "as the ConfigMap says",
            "Names the gateway's span.",
            (policies, text) => policies with { Tracing = policies.Tracing with { OperationName = SettingValue.Line(text, LongestName) } })
        {
            Example = "$request_method $host$location_path",
        },
    ];
}
