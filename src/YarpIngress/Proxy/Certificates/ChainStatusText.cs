using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Proxy.Certificates;

/// <summary>What is wrong with a chain, in OpenSSL's words, which stand behind FAILED in <c>$ssl_client_verify</c>.</summary>
internal static class ChainStatusText
{
    /// <summary>More authorities than <c>auth-tls-verify-depth</c> allows.</summary>
    public const string TooLong = "certificate chain too long";

    /// <summary>There are revocation lists, and none of the issuer.</summary>
    public const string NoRevocationList = "unable to get certificate CRL";

    /// <summary>There is no better word.</summary>
    public const string Unverified = "certificate verify failed";

    /// <summary>The words for a status.</summary>
    public static string Of(X509ChainStatusFlags status, X509ChainElementCollection chain, DateTime now) => status switch
    {
        X509ChainStatusFlags.NotTimeValid => chain.Any(element => now < element.Certificate.NotBefore.ToUniversalTime())
            ? "certificate is not yet valid"
            : "certificate has expired",
        X509ChainStatusFlags.UntrustedRoot => chain.Count <= 1 ? "self-signed certificate" : "self-signed certificate in certificate chain",
        X509ChainStatusFlags.PartialChain => chain.Count <= 1
            ? "unable to verify the first certificate"
            : "unable to get local issuer certificate",
        X509ChainStatusFlags.NotSignatureValid => "certificate signature failure",
        X509ChainStatusFlags.NotValidForUsage => "unsuitable certificate purpose",
        X509ChainStatusFlags.InvalidBasicConstraints => "invalid CA certificate",
        _ => Unverified,
    };
}
