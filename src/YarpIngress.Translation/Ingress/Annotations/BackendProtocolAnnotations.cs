using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>What is spoken to the endpoints of an Ingress's backends, and which endpoints these are.</summary>
internal static class BackendProtocolAnnotations
{
    public static readonly IReadOnlyList<Annotation> All =
    [
        new("backend-protocol", AnnotationRisk.Low, "HTTP, HTTPS, AUTO_HTTP, GRPC or GRPCS", "the port's appProtocol, else HTTP",
            "What the endpoints speak; AUTO_HTTP is HTTP or HTTPS as the client's request came.", SetProtocol)
        {
            Scope = AnnotationScope.Backend,
            Example = "GRPC",
            Difference = "HTTPS endpoints that offer HTTP/2 are spoken to in HTTP/2. FCGI is refused: requests answer 503.",
        },
        new("proxy-http-version", AnnotationRisk.Low, "1.0 or 1.1", "as the ConfigMap says, else 1.1",
            "The version of HTTP in which HTTP, HTTPS and AUTO_HTTP endpoints are spoken to; 1.0 reads request bodies whole.",
            (policies, text) => policies.WithBackend(backend => backend with { Http10 = UpstreamValue.IsHttp10(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "1.0",
        },
        new("service-upstream", AnnotationRisk.Low, "true or false", "as the ConfigMap says, else false",
            "Whether requests go to the Service's cluster IP instead of its endpoints.",
            (policies, text) => policies.WithBackend(backend => backend with { ServiceUpstream = SettingValue.Bool(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "true",
        },
        new("connection-proxy-header", AnnotationRisk.Low, "close or keep-alive", "no Connection header, or that of an upgrade",
            "The Connection header of requests to the endpoints; WebSockets do not work with it.",
            (policies, text) => policies.WithBackend(backend => backend with
            {
                ConnectionHeader = SettingValue.Word(text.Trim(), ("close", "close"), ("keep-alive", "keep-alive")),
            }))
        {
            Scope = AnnotationScope.Backend,
            Example = "keep-alive",
        },
    ];

    private static RoutePolicies SetProtocol(RoutePolicies policies, string text, AnnotationSource source)
    {
        var word = text.Trim();
        if (word.Equals("FCGI", StringComparison.OrdinalIgnoreCase))
        {
            source.Problems.Error(
                ProblemReasons.InvalidAnnotation, source.Field("backend-protocol"),
                "value \"FCGI\" is not supported: FastCGI is not spoken here; requests answer 503. Put a server that speaks HTTP, such as "
                + "nginx or Caddy, into the pod, and set HTTP");
            return policies with { Denied = source.KeyOf("backend-protocol") };
        }
        return policies.WithBackend(backend => backend with
        {
            Protocol = SettingValue.Word(
                word, ("HTTP", BackendProtocol.Http), ("HTTPS", BackendProtocol.Https), ("AUTO_HTTP", BackendProtocol.Auto),
                ("GRPC", BackendProtocol.H2c), ("GRPCS", BackendProtocol.Grpcs)),
        });
    }
}
