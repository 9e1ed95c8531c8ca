using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>A certificate authority of the cluster's own, with the server's certificate and an administrator's.</summary>
internal sealed class ClusterCertificates : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUse = new("1.3.6.1.5.5.7.3.2");

    private ClusterCertificates(X509Certificate2 authority, X509Certificate2 server, X509Certificate2 client)
    {
        Authority = authority;
        Server = server;
        Client = client;
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Server { get; }

    /// <summary>The administrator: CN is the user, O the group, as kubeadm writes it.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>The authority's key; the caller disposes it.</summary>
    public ECDsa AuthorityKey() =>
        Authority.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The authority has no key.");

    public string AuthorityPem => Authority.ExportCertificatePem();

    public static ClusterCertificates Create(IPAddress serviceAddress, DateTimeOffset now)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kubernetes", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        const X509KeyUsageFlags usage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature;
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var authority = request.CreateSelfSigned(now.AddHours(-1), now + Lifetime);

        return new ClusterCertificates(
            authority,
            IssueServer(authority, serviceAddress, now),
            Issue(authority, "CN=kubernetes-admin, O=system:masters", ClientUse, null, now));
    }

    /// <summary>
    /// The authority and the administrator of an earlier run, both with their keys, and a server certificate for this
    /// one.
    /// </summary>
    public static ClusterCertificates Continue(
        X509Certificate2 authority, X509Certificate2 client, IPAddress serviceAddress, DateTimeOffset now) =>
        new(authority, IssueServer(authority, serviceAddress, now), client);

    private static X509Certificate2 IssueServer(X509Certificate2 authority, IPAddress serviceAddress, DateTimeOffset now)
    {
        var names = new SubjectAlternativeNameBuilder();
        string[] dnsNames =
            ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"];
        foreach (var name in dnsNames)
            names.AddDnsName(name);
        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback, serviceAddress])
            names.AddIpAddress(address);
        return Issue(authority, "CN=kube-apiserver", ServerUse, names.Build(), now);
    }

    /// <summary>Whether this authority signed <paramref name="certificate"/> for clients and it is valid now.</summary>
    public bool IsClient(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(ClientUse);
        return chain.Build(certificate);
    }

    public void Dispose()
    {
        Authority.Dispose();
        Server.Dispose();
        Client.Dispose();
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string subject, Oid use, X509Extension? names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([use], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (names is not null)
            request.CertificateExtensions.Add(names);
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using var certificate = request.Create(authority, now.AddHours(-1), authority.NotAfter, serial);
        return certificate.CopyWithPrivateKey(key);
    }
}
