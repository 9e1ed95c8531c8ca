using System.Security.Cryptography;

namespace YarpIngress.Translation.Certificates;

/// <summary>A private key in the two forms that the translation needs.</summary>
/// <param name="Algorithm"><c>RSA</c> or <c>ECDSA</c>.</param>
/// <param name="Pkcs8">PKCS#8 DER.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo DER, to find the certificate.</param>
internal sealed record PrivateKey(string Algorithm, byte[] Pkcs8, byte[] PublicKey)
{
    /// <summary>The first private key of <paramref name="pem"/>, or why there is none that can be used.</summary>
    public static (PrivateKey? Key, string Problem) Read(byte[] pem)
    {
        foreach (var block in PemBlock.ReadAll(pem))
        {
            if (!block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
                continue;
            if (block.Label == "ENCRYPTED PRIVATE KEY" || block.HasHeaders)
                return (null, "its key is encrypted, and nobody is here to type the password");
            if (block.Data is null)
                return (null, "its key is not valid PEM");
            return block.Label switch
            {
                "RSA PRIVATE KEY" => Rsa(block.Data, pkcs1: true),
                "EC PRIVATE KEY" => Ec(block.Data, sec1: true),
                "PRIVATE KEY" => Pkcs8Key(block.Data),
                _ => (null, "its key is neither RSA nor ECDSA"),
            };
        }

        return (null, "tls.key holds no private key in PEM form");
    }

    public override string ToString() => $"{Algorithm} private key";

    private static (PrivateKey? Key, string Problem) Pkcs8Key(byte[] der)
    {
        var asRsa = Rsa(der, pkcs1: false);
        return asRsa.Key is not null || asRsa.Problem != Unreadable ? asRsa : Ec(der, sec1: false);
    }

    // By OID or name, since which of them is set depends on the platform.
    private static bool IsUsual(ECCurve curve) => curve.IsNamed
        && (curve.Oid.Value is "1.2.840.10045.3.1.7" or "1.3.132.0.34" or "1.3.132.0.35"
            || curve.Oid.FriendlyName is "nistP256" or "nistP384" or "nistP521");

    private const string Unreadable = "its key can't be read: it is neither RSA nor ECDSA, or damaged";

    private static (PrivateKey? Key, string Problem) Rsa(byte[] der, bool pkcs1)
    {
        using var rsa = RSA.Create();
        try
        {
            if (pkcs1)
                rsa.ImportRSAPrivateKey(der, out _);
            else
                rsa.ImportPkcs8PrivateKey(der, out _);
            // OpenSSL at its usual security level refuses shorter keys in the handshake.
            return rsa.KeySize < 2048
                ? (null, $"its RSA key of {rsa.KeySize} bits is too short: TLS needs 2048")
                : (new PrivateKey("RSA", rsa.ExportPkcs8PrivateKey(), rsa.ExportSubjectPublicKeyInfo()), "");
        }
        catch (CryptographicException)
        {
            return (null, Unreadable);
        }
    }

    private static (PrivateKey? Key, string Problem) Ec(byte[] der, bool sec1)
    {
        using var ec = ECDsa.Create();
        try
        {
            if (sec1)
                ec.ImportECPrivateKey(der, out _);
            else
                ec.ImportPkcs8PrivateKey(der, out _);
            return IsUsual(ec.ExportParameters(includePrivateParameters: false).Curve)
                ? (new PrivateKey("ECDSA", ec.ExportPkcs8PrivateKey(), ec.ExportSubjectPublicKeyInfo()), "")
                : (null, "its ECDSA key is on none of the curves P-256, P-384, P-521");
        }
        catch (CryptographicException)
        {
            return (null, Unreadable);
        }
    }
}
