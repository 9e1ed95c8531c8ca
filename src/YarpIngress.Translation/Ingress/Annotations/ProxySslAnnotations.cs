using YarpIngress.Translation.Certificates;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>TLS to the endpoints of an Ingress's backends; see <see cref="BackendTlsPolicy"/>.</summary>
internal static class ProxySslAnnotations
{
    private const string OwnPaths = "Applies to the paths of its own Ingress only, as with proxy-ssl-location-only.";

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("proxy-ssl-secret", AnnotationRisk.Medium, "a Secret, as name or namespace/name", "none",
            "The Secret whose tls.crt and tls.key are presented to endpoints that speak TLS, and whose ca.crt verifies them; "
            + "without the Secret requests answer 503.",
            (policies, text, source) => Tls(
                policies, tls => tls with { Secret = source.Named(NamedKind.Secret, "proxy-ssl-secret", text) }))
        {
            FailsClosed = true,
            Scope = AnnotationScope.Backend,
            Example = "default/backend-tls",
            Difference = OwnPaths,
        },
        new("proxy-ssl-verify", AnnotationRisk.Low, "on or off", "off",
            "Whether the certificates of endpoints are verified; one that fails answers 502.",
            (policies, text) => Tls(policies, tls => tls with { Verify = SettingValue.OnOff(text) }))
        {
            FailsClosed = true,
            Scope = AnnotationScope.Backend,
            Example = "on",
            Difference = "Also without proxy-ssl-secret: then by the authorities that the system trusts.",
        },
        new("proxy-ssl-verify-depth", AnnotationRisk.Low, "whole number from 0 to 100", "1",
            "How many authorities may stand between an endpoint's certificate and the root.",
            (policies, text) => Tls(policies, tls => tls with { Depth = SettingValue.Whole(text, 0, 100) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "2",
        },
        new("proxy-ssl-name", AnnotationRisk.High, "DNS name", "the request's host",
            "The name that the certificates of endpoints are verified for, and that proxy-ssl-server-name sends.",
            (policies, text) => Tls(policies, tls => tls with { Name = NameOf(text) }))
        {
            FailsClosed = true,
            Scope = AnnotationScope.Backend,
            Example = "backend.internal",
            Difference = "Without it the name is the request's host.",
        },
        new("proxy-ssl-server-name", AnnotationRisk.Low, "on or off", "the request's host is sent",
            "Whether proxy-ssl-name is sent to endpoints (SNI).",
            (policies, text) => Tls(policies, tls => tls with { SendName = SettingValue.OnOff(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "on",
            Difference = "Without it the request's host is sent. HTTPS endpoints are spoken to in HTTP/1.1 with it.",
        },
        new("proxy-ssl-protocols", AnnotationRisk.Low, "TLSv1.2 and TLSv1.3, with spaces between", "TLSv1.2 TLSv1.3",
            "The versions of TLS that are spoken to endpoints.",
            (policies, text) => Tls(policies, tls => tls with { Protocols = TlsProtocolNames.Parse(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "TLSv1.3",
            Difference = "TLS 1.3 is spoken too unless it is left out. Versions before 1.2 are never spoken.",
        },
        new("proxy-ssl-ciphers", AnnotationRisk.Medium, "OpenSSL's names of ciphers, with colons between", "what the platform allows",
            "The ciphers that are offered to endpoints.",
            (policies, text) => Tls(policies, tls => tls with { Ciphers = CipherNames.Normalize(text) }))
        {
            Scope = AnnotationScope.Backend,
            Example = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384",
            Difference = "Classes such as HIGH or !aNULL have no effect: what the platform allows has no weak ciphers in it; what it does "
                + "not speak is left out.",
        },
    ];

    /// <summary>Says so where certificates are verified by other authorities than somebody may think.</summary>
    public static RoutePolicies Complete(RoutePolicies policies, AnnotationSource source)
    {
        // Who asks by http-client for verification without an authority means that of the system.
        if (policies.Backend?.Tls is { Verify: true, Secret: null } && policies.Denied is null
            && source.KeyOf("proxy-ssl-verify") is not null)
        {
            source.Problems.Warning(
                ProblemReasons.InvalidAnnotation, source.Field("proxy-ssl-verify"),
                "proxy-ssl-verify is on and no proxy-ssl-secret names an authority; the authorities that the system trusts are used");
        }
        return policies;
    }

    /// <summary>Looks at the Secret: as long as it is not there, or of no use, the routes are closed.</summary>
    public static RoutePolicies Resolve(RoutePolicies policies, ResolutionSource source)
    {
        if (policies.Backend?.Tls is not { Secret: { } key } tls
            || BackendSecret.Read(source.Objects.Secret(key), tls).Problem is not { } problem)
            return policies;
        source.Problems.Error(
            source.Objects.Secret(key) is null ? ProblemReasons.SecretNotFound : ProblemReasons.InvalidCertificate,
            source.FieldOf(NamedKind.Secret, key), $"Secret {key} {problem}; requests answer 503 until it is mended");
        return policies with { Denied = policies.Denied ?? "proxy-ssl-secret" };
    }

    private static RoutePolicies Tls(RoutePolicies policies, Func<BackendTlsPolicy, BackendTlsPolicy> change) =>
        policies.WithBackend(backend => backend with
        {
            Tls = change(backend.Tls ?? BackendTlsPolicy.None) is var changed && changed == BackendTlsPolicy.None ? null : changed,
        });

    private static string NameOf(string text) =>
        HostName.IsDnsName(text.Trim().ToLowerInvariant())
            ? text.Trim().ToLowerInvariant()
            : throw new FormatException("must be a DNS name");
}
