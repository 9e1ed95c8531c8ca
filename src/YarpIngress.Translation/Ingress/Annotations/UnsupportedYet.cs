using static YarpIngress.Translation.Ingress.Annotations.AnnotationRisk;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>What is to come.</summary>
internal static class UnsupportedYet
{
    public static readonly IReadOnlyList<UnsupportedAnnotation> All =
    [
        new("ssl-passthrough", Low, Unsupported.NotYet, "true or false", "TLS is not passed through yet; it ends at the gateway",
            "until then publish the pods by a Service of type LoadBalancer")
            { Scope = AnnotationScope.Host, Nothing = UnsupportedByDesign.Off },
    ];
}
