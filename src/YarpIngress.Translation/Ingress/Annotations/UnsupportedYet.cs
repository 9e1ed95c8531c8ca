using static YarpIngress.Translation.Ingress.Annotations.AnnotationRisk;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>What is to come: authentication, client certificates. What protects stays closed until then.</summary>
internal static class UnsupportedYet
{
    private const string Login = "until then an authenticating proxy in front of the pods can do it";
    private const string Part = "belongs to a protection that this version does not have yet";

    public static readonly IReadOnlyList<UnsupportedAnnotation> All =
    [
        Closing("auth-tls-secret", Medium, "namespace/name of a Secret", "client certificates", Login) with { Closes = Closes.Hosts, Scope = AnnotationScope.Host },

        Later("auth-tls-verify-client", Medium, "on, off, optional or optional_no_ca") with { Scope = AnnotationScope.Host },
        Later("auth-tls-verify-depth", Low, "whole number") with { Scope = AnnotationScope.Host },
        Later("auth-tls-error-page", High, "URL") with { Scope = AnnotationScope.Host },
        Later("auth-tls-match-cn", High, "CN=regular expression") with { Scope = AnnotationScope.Host },
        Later("auth-tls-pass-certificate-to-upstream", Low, "true or false") with
        {
            Scope = AnnotationScope.Host,
            Nothing = UnsupportedByDesign.Off,
        },

        Yet("ssl-ciphers", Low, "OpenSSL's list of ciphers", "the runtime's choice of ciphers can't be changed yet",
            "it offers only TLS 1.2 and 1.3 with forward secrecy as the system's policy has it") with { Scope = AnnotationScope.Host },
        Yet("ssl-prefer-server-ciphers", Low, "true or false", "the runtime's choice of ciphers can't be changed yet", "remove it")
            with { Scope = AnnotationScope.Host },
        Yet("ssl-passthrough", Low, "true or false", "TLS is not passed through yet; it ends at the gateway",
            "until then publish the pods by a Service of type LoadBalancer")
            with { Scope = AnnotationScope.Host, Nothing = UnsupportedByDesign.Off },
    ];

    private static UnsupportedAnnotation Closing(string name, AnnotationRisk risk, string values, string what, string instead) =>
        Yet(name, risk, values, $"asks for {what}, which this version does not have yet", instead) with { Closes = Closes.Routes };

    private static UnsupportedAnnotation Later(string name, AnnotationRisk risk, string values) =>
        Yet(name, risk, values, Part, "leave it as it is");

    private static UnsupportedAnnotation Yet(string name, AnnotationRisk risk, string values, string reason, string instead) =>
        new(name, risk, Unsupported.NotYet, values, reason, instead);
}
