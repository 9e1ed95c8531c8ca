using YarpIngress.Translation.Certificates;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>The certificates of clients; see <see cref="ClientCertificatePolicy"/>.</summary>
internal static class ClientCertificateAnnotations
{
    private const string Secret = "auth-tls-secret";
    private const string Verify = "auth-tls-verify-client";
    private const string Subject = "auth-tls-match-cn";

    /// <summary>What happens where the protection can't be given.</summary>
    private const string Closed = "requests for its hosts answer 403";

    public static readonly IReadOnlyList<Annotation> All =
    [
        Host(new Annotation(Secret, AnnotationRisk.Medium, "a Secret, as name or namespace/name", "none",
            "The Secret whose ca.crt verifies the certificates of clients, for the whole host, and whose ca.crl, if it is there, says "
            + "which are revoked. Of a host's Ingresses the oldest with such a Secret counts. Without the Secret, or its ca.crt, "
            + "requests answer 403. Pods get ssl-client-verify, ssl-client-subject-dn and ssl-client-issuer-dn.",
            (policies, text, source) => With(policies, one => one with { Secret = source.Named(NamedKind.Secret, Secret, text) })) with
        {
            Example = "default/clients-ca",
            Difference = "A Secret without ca.crt closes the host instead of leaving it open. Over plain HTTP, where no certificate can "
                + "be presented, a host that needs one serves only what is sent to HTTPS and the paths of no-tls-redirect-locations.",
        }),
        Host(new Annotation(Verify, AnnotationRisk.Medium, "on, off, optional or optional_no_ca", "on",
            "Whether clients need a certificate (on, else 400), may present one that is good (optional) or one of any authority "
            + "(optional_no_ca), or are asked for none (off).",
            (policies, text) => With(policies, one => one with
            {
                Verify = SettingValue.Word(
                    text.Trim(), ("on", ClientVerification.On), ("off", ClientVerification.Off),
                    ("optional", ClientVerification.Optional), ("optional_no_ca", ClientVerification.OptionalNoCa)),
            })) with
        {
            Example = "optional",
        }),
        Host(new Annotation("auth-tls-verify-depth", AnnotationRisk.Low, "whole number from 0 to 100", "1",
            "How many authorities may stand between a client's certificate and the root.",
            (policies, text) => With(policies, one => one with { Depth = SettingValue.Whole(text.Trim(), 0, 100) })) with
        {
            Example = "2",
        }),
        Host(new Annotation("auth-tls-error-page", AnnotationRisk.High, "URL", "none",
            "Sends clients whose certificate is missing or not good to this URL with status 302, instead of answering 400.",
            (policies, text) => With(policies, one => one with { ErrorPage = Url(text, policies.Redirects) })) with
        {
            Example = "https://example.com/no-certificate",
            Difference = "It can't name a location of nginx's configuration.",
        }),
        Host(new Annotation(Subject, AnnotationRisk.High, "CN=regular expression", "none",
            "What the subject of the client's certificate, such as CN=a,O=b, has to match somewhere; else requests answer 403.",
            (policies, text) => With(policies, one => one with
            {
                Subject = SubjectPattern.Parse(text.Trim()) is { } pattern ? pattern.ToString() : null,
            })) with
        {
            FailsClosed = true,
            Example = "CN=client-[0-9]+",
        }),
        Host(new Annotation("auth-tls-pass-certificate-to-upstream", AnnotationRisk.Low, "true or false", "false",
            "Whether pods get the client's certificate in ssl-client-cert, as PEM that is encoded as in a URL.",
            (policies, text) => With(policies, one => one with { PassesCertificate = SettingValue.Bool(text.Trim()) })) with
        {
            Example = "true",
        }),
    ];

    /// <summary>Without a Secret the others say nothing, unless they would refuse somebody: then the host has to have one.</summary>
    public static RoutePolicies Complete(RoutePolicies policies, AnnotationSource source)
    {
        if (policies.ClientCertificates is not { Secret: null, Closed: null, Demands: false })
            return policies;
        source.Problems.Warning(
            ProblemReasons.InvalidAnnotation, source.Field(All.First(one => source.KeyOf(one.Name) is not null).Name),
            $"it has no effect without {Secret}");
        return policies with { ClientCertificates = null };
    }

    /// <summary>Looks at the Secret: as long as it is not there, or of no use, the hosts are closed.</summary>
    public static RoutePolicies Resolve(RoutePolicies policies, ResolutionSource source)
    {
        if (policies.ClientCertificates is not { Secret: { } key } asked)
            return policies;
        var (trust, problem) = ClientAuthoritiesSecret.Read(source.Objects.Secret(key));
        if (problem is null)
            return policies with { ClientCertificates = asked with { Trust = trust } };
        source.Problems.Error(
            source.Objects.Secret(key) is null ? ProblemReasons.SecretNotFound : ProblemReasons.InvalidCertificate,
            source.FieldOf(NamedKind.Secret, key), $"Secret {key} {problem}; {Closed} until it is mended");
        return policies with { ClientCertificates = asked with { Closed = asked.Closed ?? Secret } };
    }

    // A path would be one of the same host, which the client does not get into.
    private static VariableText Url(string text, RedirectSettings redirects) => text.Trim() is ['/', ..] or ['@', ..]
        ? throw new FormatException("must be a URL that begins with http:// or https://")
        : RedirectTarget.Read(text, redirects);

    private static Annotation Host(Annotation annotation) => annotation with
    {
        Scope = AnnotationScope.Host,
        FailsClosed = annotation.FailsClosed || annotation.Name == Secret,
        Closes = (policies, key) => With(policies, one => one with { Closed = key }),
        ClosedAnswer = Closed,
    };

    private static RoutePolicies With(RoutePolicies policies, Func<ClientCertificatePolicy, ClientCertificatePolicy> change) =>
        policies with { ClientCertificates = change(policies.ClientCertificates ?? new ClientCertificatePolicy()) };
}
