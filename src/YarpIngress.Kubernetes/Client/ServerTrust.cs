using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Kubernetes;

/// <summary>Whether to trust the server's certificate, and a text that helps when not.</summary>
internal static class ServerTrust
{
    public static void Configure(SslClientAuthenticationOptions tls, ClusterConfig config)
    {
        if (config.SkipTlsVerify)
        {
            tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
            return;
        }

        if (config.CertificateAuthorities is { } authorities)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        var source = config.CertificateAuthorities is null
            ? "the system's certificate authorities"
            : $"the certificate authority of {config.Source}";
        tls.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
            errors == SslPolicyErrors.None
                ? true
                : throw new AuthenticationException(Describe((SslStream)sender, certificate, chain, errors, source));
    }

    private static string Describe(SslStream tls, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string source)
    {
        if (certificate is null)
            return "the server sent no certificate";

        var problems = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            var names = certificate is X509Certificate2 full
                ? full.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(Names).ToList()
                : [];
            problems.Add($"it is not for {tls.TargetHostName} but for {(names.Count == 0 ? "no name at all" : string.Join(", ", names))}");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            var status = string.Join(" ", (chain?.ChainStatus ?? []).Select(item => item.StatusInformation.Trim()).Distinct());
            problems.Add($"it does not come from {source} ({status})");
        }

        var why = string.Join("; ", problems);
        return $"the server's certificate ({certificate.Subject}, issued by {certificate.Issuer}) is not trusted: {why}";
    }

    private static IEnumerable<string> Names(X509SubjectAlternativeNameExtension names) =>
        names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString()));
}
