using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Upstream;

/// <summary>Certificates for pods that speak TLS, signed by an authority of their own.</summary>
internal static class TlsPods
{
    private static readonly (X509Certificate2 Authority, X509Certificate2 Pod, X509Certificate2 Gateway, byte[] GatewayKey) Made = Make();

    /// <summary>The authority behind all of them.</summary>
    public static X509Certificate2 Authority => Made.Authority;

    /// <summary>The subject of the certificate that <see cref="Credentials"/> hold.</summary>
    public static string GatewaySubject => Made.Gateway.Subject;

    /// <summary>What the Secret of the gateway holds.</summary>
    public static BackendCredentials Credentials => new()
    {
        Fingerprint = Made.Gateway.Thumbprint,
        Authorities = [Made.Authority.RawData],
        Certificate = new Certificate
        {
            Secret = new("default", "gateway"),
            Fingerprint = Made.Gateway.Thumbprint,
            Chain = [Made.Gateway.RawData],
            PrivateKey = Made.GatewayKey,
            KeyAlgorithm = "ECDSA",
            DnsNames = [],
            NotBefore = Made.Gateway.NotBefore.ToUniversalTime(),
            NotAfter = Made.Gateway.NotAfter.ToUniversalTime(),
        },
    };

    /// <summary>Has a pod speak TLS, under the name <c>pod.internal</c>.</summary>
    public static void Serve(ListenOptions listen) => listen.UseHttps(Made.Pod);

    /// <summary>The pod's certificate with its key.</summary>
    public static X509Certificate2 Pod => Made.Pod;

    private static (X509Certificate2, X509Certificate2, X509Certificate2, byte[]) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=pods", key, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var root = authority.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        var (pod, _) = Leaf(root, "pod.internal", 1);
        var (gateway, gatewayKey) = Leaf(root, "gateway.internal", 2);
        return (root, pod, gateway, gatewayKey);
    }

    private static (X509Certificate2 Certificate, byte[] Key) Leaf(X509Certificate2 root, string name, byte serial)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(20), [serial]);
        using var withKey = signed.CopyWithPrivateKey(key);
        return (X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null), key.ExportPkcs8PrivateKey());
    }
}
