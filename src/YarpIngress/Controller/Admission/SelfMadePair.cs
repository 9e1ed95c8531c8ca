using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Controller.Admission;

/// <summary>
/// A certificate for the webhook and the authority that signed it, as a Secret holds them. The authority's key is thrown away as
/// soon as it has signed: what is trusted then can sign nothing else.
/// </summary>
/// <param name="Certificate">PEM of the certificate.</param>
/// <param name="Key">PEM of its key.</param>
/// <param name="Authorities">PEM of its authority, and of the former one as long as replicas may still present its certificate.</param>
internal sealed record SelfMadePair(string Certificate, string Key, string Authorities)
{
    private const string CertificateName = "tls.crt";
    private const string KeyName = "tls.key";
    private const string AuthoritiesName = "ca.crt";

    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    // Clocks of API servers may be behind.
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    /// <summary>Makes one.</summary>
    /// <param name="names">DNS names under which the API server calls.</param>
    /// <param name="now">The time.</param>
    /// <param name="former">The one that it replaces, whose authority stays trusted while it is valid.</param>
    public static SelfMadePair Make(IReadOnlyList<string> names, DateTimeOffset now, SelfMadePair? former)
    {
        var (from, until) = (now - Skew, now + Life);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=yarp-ingress webhook authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var authorityId = new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false);
        authorityRequest.CertificateExtensions.Add(authorityId);
        using var authority = authorityRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=yarp-ingress webhook", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(authorityId));
        using var certificate = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(16));

        var authorities = new StringBuilder(authority.ExportCertificatePem()).Append('\n');
        if (former?.CurrentAuthority(now) is { } still)
            authorities.Append(still.ExportCertificatePem()).Append('\n');
        return new SelfMadePair(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n", authorities.ToString());
    }

    /// <summary>What a Secret holds; null when it is no pair, as before the first was made.</summary>
    public static SelfMadePair? Read(V1Secret secret)
    {
        if (Text(secret, CertificateName) is not { } certificate || Text(secret, KeyName) is not { } key
            || Text(secret, AuthoritiesName) is not { } authorities)
            return null;
        var pair = new SelfMadePair(certificate, key, authorities);
        try
        {
            WebhookCertificate.Parse(certificate, key);
            return pair.All().Count > 0 ? pair : null;
        }
        catch (CryptographicException)
        {
            // Somebody else's text in it is none, and is replaced.
            return null;
        }
    }

    /// <summary>As the data of a Secret.</summary>
    public Dictionary<string, byte[]> ToData() => new()
    {
        [CertificateName] = Encoding.UTF8.GetBytes(Certificate),
        [KeyName] = Encoding.UTF8.GetBytes(Key),
        [AuthoritiesName] = Encoding.UTF8.GetBytes(Authorities),
    };

    /// <summary>Whether it serves: for all names, and not yet in its last third.</summary>
    public bool Serves(IReadOnlyList<string> names, DateTimeOffset now)
    {
        using var leaf = X509Certificate2.CreateFromPem(Certificate);
        return now < leaf.NotAfter - (Life / 3) && now >= leaf.NotBefore
            && names.All(name => leaf.MatchesHostname(name, allowWildcards: false));
    }

    private X509Certificate2? CurrentAuthority(DateTimeOffset now) => All().FirstOrDefault(authority => authority.NotAfter > now);

    private X509Certificate2Collection All()
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Authorities);
        return authorities;
    }

    private static string? Text(V1Secret secret, string name) =>
        secret.Data?.GetValueOrDefault(name) is { Length: > 0 } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
