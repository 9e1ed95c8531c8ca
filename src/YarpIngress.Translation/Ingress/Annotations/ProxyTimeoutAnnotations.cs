using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>How long the endpoints of an Ingress's backends may take.</summary>
internal static class ProxyTimeoutAnnotations
{
    private const string Values = "whole number of seconds from 1";

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("proxy-connect-timeout", AnnotationRisk.Low, Values, "as the ConfigMap says, else 5",
            "How long each attempt to connect to an endpoint may take; when none of them succeeds the answer is 504.",
            (policies, text) => policies.WithBackend(backend => backend with
            {
                ConnectTimeout = UpstreamValue.Timeout(text, BackendPolicy.DefaultConnectTimeout),
            }))
        {
            Scope = AnnotationScope.Backend,
            Example = "2",
        },
        new("proxy-read-timeout", AnnotationRisk.Low, Values, "as the ConfigMap says, else 60",
            "How long an endpoint may send nothing, an idle WebSocket or gRPC stream included; before an answer this is a 504.",
            (policies, text) => policies.WithBackend(backend => backend with
            {
                ReadTimeout = UpstreamValue.Timeout(text, BackendPolicy.DefaultActivityTimeout),
            }))
        {
            Scope = AnnotationScope.Backend,
            Example = "300",
        },
        new("proxy-send-timeout", AnnotationRisk.Low, Values, "as the ConfigMap says, else 60",
            "How long an endpoint may take nothing of a request; before an answer this is a 504.",
            (policies, text) => policies.WithBackend(backend => backend with
            {
                SendTimeout = UpstreamValue.Timeout(text, BackendPolicy.DefaultActivityTimeout),
            }))
        {
            Scope = AnnotationScope.Backend,
            Example = "300",
        },
    ];
}
