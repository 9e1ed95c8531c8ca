using YarpIngress.Kubernetes;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Model;

/// <summary>
/// <c>auth-tls-*</c>: the certificates that clients of a host present. Of the Ingresses of a host the oldest one with a usable
/// Secret decides for all of them.
/// </summary>
public sealed record ClientCertificatePolicy
{
    /// <summary><c>auth-tls-secret</c>: holds the authorities; null when only other annotations are there.</summary>
    public ObjectKey? Secret { get; init; }

    /// <summary><c>auth-tls-verify-client</c>; null when nothing is said, which is <see cref="ClientVerification.On"/>.</summary>
    public ClientVerification? Verify { get; init; }

    /// <summary><c>auth-tls-verify-depth</c>: how many authorities may stand between a certificate and the root; 1 by default.</summary>
    public int Depth { get; init; } = 1;

    /// <summary><c>auth-tls-error-page</c>: where clients whose certificate is refused are sent; null answers 400.</summary>
    public VariableText? ErrorPage { get; init; }

    /// <summary><c>auth-tls-match-cn</c>: what the subject has to match, see <see cref="SubjectPattern"/>; null for any subject.</summary>
    public string? Subject { get; init; }

    /// <summary><c>auth-tls-pass-certificate-to-upstream</c>: whether pods get the certificate itself.</summary>
    public bool PassesCertificate { get; init; }

    /// <summary>What the Secret holds; null as long as nobody has looked, or when it is of no use.</summary>
    public ClientAuthorities? Trust { get; init; }

    /// <summary>Why the hosts answer 403 to everything: the protection can't be given as it was asked for. Null when it can.</summary>
    public string? Closed { get; init; }

    /// <summary>What is done with certificates.</summary>
    public ClientVerification Mode => Verify ?? ClientVerification.On;

    /// <summary>Whether it would refuse somebody, had it a Secret.</summary>
    public bool Demands => Verify is ClientVerification.On || Subject is not null;
}

/// <summary>What becomes of clients by their certificates, as nginx's <c>ssl_verify_client</c> has it.</summary>
public enum ClientVerification
{
    /// <summary>A certificate that is trusted is needed.</summary>
    On,

    /// <summary>None is asked for.</summary>
    Off,

    /// <summary>Who presents one needs one that is trusted.</summary>
    Optional,

    /// <summary>Who presents one may have it from anybody, but it must not be expired, revoked or forged.</summary>
    OptionalNoCa,
}
