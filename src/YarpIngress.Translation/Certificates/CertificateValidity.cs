using System.Globalization;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Certificates;

/// <summary>Whom and when a certificate is good for.</summary>
public static class CertificateValidity
{
    /// <summary>Why <paramref name="certificate"/> is not valid at <paramref name="now"/> (UTC); null when it is.</summary>
    public static string? Describe(Certificate certificate, DateTime now)
    {
        if (now >= certificate.NotAfter)
            return string.Create(CultureInfo.InvariantCulture, $"expired at {certificate.NotAfter:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        return now < certificate.NotBefore
            ? string.Create(CultureInfo.InvariantCulture, $"is not valid before {certificate.NotBefore:yyyy-MM-dd'T'HH:mm:ss'Z'}")
            : null;
    }

    /// <summary>Whether one of <paramref name="names"/> is <paramref name="host"/> or the one-label wildcard over it.</summary>
    public static bool Covers(IEnumerable<string> names, string host) =>
        names.Contains(host) || (HostName.WildcardFor(host) is { } wildcard && names.Contains(wildcard));
}
