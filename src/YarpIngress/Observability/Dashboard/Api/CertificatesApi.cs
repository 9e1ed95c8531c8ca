using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using YarpIngress.Translation.Model;

namespace YarpIngress.Observability.Dashboard.Api;

/// <summary><c>/api/certificates</c>: what is presented, first what expires first.</summary>
internal static class CertificatesApi
{
    private const int NamesShown = 12;

    public static Listing<CertificateRow> Answer(DashboardSource source, ListQuery query)
    {
        var now = source.Time.GetUtcNow().UtcDateTime;
        var all = source.Objects.Certificates.ToArray();
        var found = all.Where(certificate => Matches(certificate, now, query)).ToArray();
        return Listing.Page(all.Length, found, Compare, query, certificate => Row(certificate, now));
    }

    private static bool Matches(Certificate certificate, DateTime now, ListQuery query) =>
        query.Names(certificate.Secret.Namespace, certificate.Secret.Name)
        && (query.State.Length == 0 || query.State == CertificateStates.Of(certificate, now))
        && (query.Matches(certificate.Secret.Namespace, certificate.Secret.Name)
            || certificate.DnsNames.Any(name => query.Matches(name)));

    private static int Compare(Certificate a, Certificate b)
    {
        var byExpiry = a.NotAfter.CompareTo(b.NotAfter);
        return byExpiry != 0 ? byExpiry : a.Secret.CompareTo(b.Secret);
    }

    private static CertificateRow Row(Certificate certificate, DateTime now) => new(
        certificate.Secret.Namespace, certificate.Secret.Name, [.. certificate.DnsNames.Take(NamesShown)], certificate.DnsNames.Count,
        Issuer(certificate), certificate.KeyAlgorithm, certificate.NotBefore, certificate.NotAfter,
        CertificateStates.Of(certificate, now));

    private static string Issuer(Certificate certificate)
    {
        try
        {
            using var leaf = X509CertificateLoader.LoadCertificate(certificate.Chain[0].Span);
            return leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
        }
        catch (CryptographicException error)
        {
            return $"unreadable: {error.Message}";
        }
    }
}

/// <summary>How a certificate stands.</summary>
internal static class CertificateStates
{
    public const string Valid = "valid";

    /// <summary>Expires within three weeks: what renews it by itself has missed its turn.</summary>
    public const string Soon = "soon";

    public const string Expired = "expired";

    public const string NotYetValid = "not-yet-valid";

    private static readonly TimeSpan SoonEnough = TimeSpan.FromDays(21);

    public static string Of(Certificate certificate, DateTime now) =>
        certificate.NotAfter <= now ? Expired
        : certificate.NotBefore > now ? NotYetValid
        : certificate.NotAfter - now < SoonEnough ? Soon : Valid;
}

/// <summary>One certificate; nothing of its key but the kind.</summary>
/// <param name="Namespace">Namespace of the Secret.</param>
/// <param name="Secret">Name of the Secret.</param>
/// <param name="Names">The first names that it covers.</param>
/// <param name="NameCount">How many names it covers.</param>
/// <param name="Issuer">Common name of who signed it.</param>
/// <param name="KeyAlgorithm"><c>RSA</c> or <c>ECDSA</c>.</param>
/// <param name="NotBefore">When it becomes valid.</param>
/// <param name="NotAfter">When it expires.</param>
/// <param name="State">One of <see cref="CertificateStates"/>.</param>
internal sealed record CertificateRow(
    string Namespace, string Secret, IReadOnlyList<string> Names, int NameCount, string Issuer, string KeyAlgorithm,
    DateTime NotBefore, DateTime NotAfter, string State);
