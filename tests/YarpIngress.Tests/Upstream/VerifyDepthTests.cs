using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Upstream;

/// <summary><c>proxy-ssl-verify-depth</c>: how many authorities may stand between a pod's certificate and the root.</summary>
public sealed class VerifyDepthTests
{
    private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset End = DateTimeOffset.UtcNow.AddDays(1);

    [Theory]
    [InlineData(0, "0", HttpStatusCode.OK)]
    [InlineData(1, null, HttpStatusCode.OK)]
    [InlineData(1, "0", HttpStatusCode.BadGateway)]
    [InlineData(2, null, HttpStatusCode.BadGateway)]
    [InlineData(2, "2", HttpStatusCode.OK)]
    public async Task A_chain_may_be_as_long_as_it_says(int between, string? depth, HttpStatusCode expected)
    {
        var (root, leaf, intermediates) = Chain(between);
        var context = SslStreamCertificateContext.Create(leaf, intermediates, offline: true);
        await using var pod = await Origin.StartAsync(
            answer => answer.Response.WriteAsync("pod"), HttpProtocols.Http1,
            listen => listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = context }),
            }));
        await using var gateway = await Gateway.StartAsync();
        var annotations = new Dictionary<string, string>
        {
            ["backend-protocol"] = "HTTPS",
            ["proxy-ssl-secret"] = "default/authority",
            ["proxy-ssl-verify"] = "on",
            ["proxy-ssl-name"] = "pod.internal",
        };
        if (depth is not null)
            annotations["proxy-ssl-verify-depth"] = depth;
        gateway.ServeAnnotated(
            "a.io", [pod.EndPoint], annotations,
            credentials: new BackendCredentials { Fingerprint = root.Thumbprint, Authorities = [root.RawData] });
        Assert.Equal(expected, await Clients.StatusAsync(gateway, "a.io"));
    }

    private static (X509Certificate2 Root, X509Certificate2 Leaf, X509Certificate2Collection Between) Chain(int between)
    {
        var root = Issue("CN=root", null, isAuthority: true);
        var (issuer, all) = (root, new X509Certificate2Collection());
        for (var number = 0; number < between; number++)
        {
            issuer = Issue($"CN=between-{number}", issuer, isAuthority: true);
            all.Add(issuer);
        }
        return (root, Issue("CN=pod.internal", issuer, isAuthority: false), all);
    }

    private static X509Certificate2 Issue(string subject, X509Certificate2? issuer, bool isAuthority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (!isAuthority)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("pod.internal");
            request.CertificateExtensions.Add(names.Build());
        }
        if (issuer is null)
            return request.CreateSelfSigned(Begin, End);
        using var signed = request.Create(issuer, Begin, End, RandomNumberGenerator.GetBytes(8));
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }
}
