using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Proxy;

/// <summary>Certificates by server name, their rotation, protocols.</summary>
public sealed class TlsTests
{
    private static readonly ObjectKey Secret = new("default", "tls");
    private static readonly ObjectKey OtherSecret = new("default", "other-tls");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheCertificateFollowsTheServerName()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        var key = new BackendKey("default", "a", "80");
        gateway.SetBackend(key, [pod.EndPoint]);
        gateway.SetHost("a.io", Secret, (PathMatch.Prefix, "/", key));
        gateway.SetHost("*.a.io", OtherSecret, (PathMatch.Prefix, "/", key));

        // Named, not there yet.
        Assert.Equal("CN=YarpIngress Fake Certificate, O=YarpIngress", await SubjectAsync(gateway, "a.io"));
        gateway.DataPlane.SetCertificate(Make(Secret, "CN=exact", RSA.Create(2048)));
        gateway.DataPlane.SetCertificate(Make(OtherSecret, "CN=wildcard", ECDsa.Create(ECCurve.NamedCurves.nistP256)));
        Assert.Equal("CN=exact", await SubjectAsync(gateway, "a.io"));
        Assert.Equal("CN=exact", await SubjectAsync(gateway, "A.io"));
        Assert.Equal("CN=wildcard", await SubjectAsync(gateway, "b.a.io"));
        Assert.StartsWith("CN=YarpIngress Fake", await SubjectAsync(gateway, "c.b.a.io"));
        Assert.StartsWith("CN=YarpIngress Fake", await SubjectAsync(gateway, "elsewhere.io"));
        Assert.StartsWith("CN=YarpIngress Fake", await SubjectAsync(gateway, ""));

        gateway.DataPlane.SetDefaultCertificate(OtherSecret);
        Assert.Equal("CN=wildcard", await SubjectAsync(gateway, ""));
        gateway.DataPlane.SetHost(new HostTranslation { Host = "tls-only.io", CertificateSecret = Secret });
        Assert.Equal("CN=exact", await SubjectAsync(gateway, "tls-only.io"));
        gateway.DataPlane.RemoveHost("tls-only.io");
        Assert.Equal("CN=wildcard", await SubjectAsync(gateway, "tls-only.io"));
        gateway.DataPlane.RemoveCertificate(OtherSecret);
        gateway.DataPlane.SetDefaultCertificate(null);
        Assert.StartsWith("CN=YarpIngress Fake", await SubjectAsync(gateway, "b.a.io"));
    }

    [Fact]
    public async Task ACertificateOfOtherHostsGivesWayToTheDefaultOne()
    {
        await using var gateway = await Gateway.StartAsync();
        gateway.DataPlane.SetHost(new HostTranslation { Host = "a.io", CertificateSecret = Secret });
        gateway.DataPlane.SetHost(new HostTranslation { Host = "*.b.io", CertificateSecret = Secret });
        gateway.DataPlane.SetCertificate(Make(Secret, "CN=others", RSA.Create(2048)) with { DnsNames = ["x.io", "*.x.io", "one.b.io"] });
        Assert.StartsWith("CN=YarpIngress Fake", await SubjectAsync(gateway, "a.io"));

        gateway.DataPlane.SetCertificate(Make(OtherSecret, "CN=default", RSA.Create(2048)));
        gateway.DataPlane.SetDefaultCertificate(OtherSecret);
        Assert.Equal("CN=default", await SubjectAsync(gateway, "a.io"));
        Assert.Equal("CN=default", await SubjectAsync(gateway, "two.b.io"));
        // Of a wildcard host, for those below it that it names.
        Assert.Equal("CN=others", await SubjectAsync(gateway, "One.b.io"));

        gateway.DataPlane.SetCertificate(Make(Secret, "CN=own", RSA.Create(2048)));
        Assert.Equal("CN=own", await SubjectAsync(gateway, "a.io"));
    }

    [Fact]
    public async Task ARotationIsSeenByNewConnectionsAndFeltByNone()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        var key = new BackendKey("default", "a", "80");
        gateway.SetBackend(key, [pod.EndPoint]);
        gateway.SetHost("a.io", Secret, (PathMatch.Prefix, "/", key));
        gateway.DataPlane.SetCertificate(Make(Secret, "CN=old", RSA.Create(2048)));

        using var open = await ConnectAsync(gateway, "a.io");
        await RequestAsync(open);
        gateway.DataPlane.SetCertificate(Make(Secret, "CN=new", RSA.Create(2048)));

        Assert.Equal("CN=old", open.RemoteCertificate?.Subject);
        await RequestAsync(open);
        Assert.Equal("CN=new", await SubjectAsync(gateway, "a.io"));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        await RequestAsync(open);

        static async Task RequestAsync(SslStream stream)
        {
            await stream.WriteAsync("GET / HTTP/1.1\r\nHost: a.io\r\n\r\n"u8.ToArray(), Ct);
            Assert.StartsWith("HTTP/1.1 200 OK", await RawOrigin.ReadHeadAsync(stream, Ct));
            // One chunk or a length: the pod's answer is three letters either way.
            var buffer = new byte[256];
            var text = "";
            while (!text.Contains("pod", StringComparison.Ordinal)
                || (text.Contains("\r\n", StringComparison.Ordinal) && !text.EndsWith("0\r\n\r\n", StringComparison.Ordinal)))
            {
                var read = await stream.ReadAsync(buffer, Ct);
                Assert.NotEqual(0, read);
                text += Encoding.ASCII.GetString(buffer, 0, read);
            }
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task AClientThatComesBackResumesItsSession(SslProtocols protocol)
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        var key = new BackendKey("default", "a", "80");
        gateway.SetBackend(key, [pod.EndPoint]);
        gateway.SetHost("resumed.io", Secret, (PathMatch.Prefix, "/", key));
        gateway.DataPlane.SetCertificate(Make(Secret, "CN=resumed", RSA.Create(2048)));

        // A resumed handshake carries no certificate: that is how it shows.
        var full = await VisitAsync();
        // The runtime forgets sessions when it has many contexts of TLS, as with all the tests that run beside this one.
        await Wait.ForAsync(VisitAsync, read => read < full - 500, "a session that is taken up");

        async Task<long> VisitAsync()
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, gateway.HttpsPort, Ct);
            await using var counted = new CountedStream(new NetworkStream(socket));
            await using var tls = new SslStream(counted);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "resumed.io",
                    EnabledSslProtocols = protocol,
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                },
                Ct);
            await tls.WriteAsync("GET / HTTP/1.1\r\nHost: resumed.io\r\nConnection: close\r\n\r\n"u8.ToArray(), Ct);
            await tls.CopyToAsync(Stream.Null, Ct);
            return counted.BytesRead;
        }
    }

    [Fact]
    public async Task TheIntermediatesAreSent()
    {
        await using var gateway = await Gateway.StartAsync();
        gateway.DataPlane.SetHost(new HostTranslation { Host = "a.io", CertificateSecret = Secret });
        using var rootKey = RSA.Create(2048);
        using var root = Request("CN=root", rootKey, isAuthority: true)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(9));
        using var middleKey = RSA.Create(2048);
        using var middle = Request("CN=middle", middleKey, isAuthority: true)
            .Create(root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(8), [1])
            .CopyWithPrivateKey(middleKey);
        using var leafKey = RSA.Create(2048);
        using var leaf = Request("CN=leaf", leafKey, isAuthority: false)
            .Create(middle, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7), [2]);
        gateway.DataPlane.SetCertificate(Certificate(Secret, leaf, leafKey.ExportPkcs8PrivateKey(), "RSA", middle));

        string[] sent = [];
        using var stream = await ConnectAsync(
            gateway, "a.io", validate: chain => sent = [.. chain.ChainPolicy.ExtraStore.Select(c => c.Subject)]);
        Assert.Contains("CN=middle", sent);
    }

    [Fact]
    public async Task ACertificateThatCannotBeLoadedFallsBackToTheDefault()
    {
        await using var gateway = await Gateway.StartAsync();
        gateway.DataPlane.SetHost(new HostTranslation { Host = "a.io", CertificateSecret = Secret });
        using var key = RSA.Create(2048);
        using var leaf = Request("CN=broken", key, isAuthority: false)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        gateway.DataPlane.SetCertificate(Certificate(Secret, leaf, [1, 2, 3], "RSA"));
        Assert.StartsWith("CN=YarpIngress Fake", await SubjectAsync(gateway, "a.io"));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Tls12And13AreSpoken(SslProtocols protocol)
    {
        await using var gateway = await Gateway.StartAsync();
        using var stream = await ConnectAsync(gateway, "a.io", protocol);
        Assert.Equal(protocol, stream.SslProtocol);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task AlpnChoosesTheProtocolAndThePodKnowsThatItWasTls(string version)
    {
        await using var pod = RawOrigin.EchoingHeads();
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = Clients.To(gateway.HttpsPort, Version.Parse(version));
        using var response = await client.GetAsync("https://a.io/x", Ct);
        Assert.Equal(Version.Parse(version), response.Version);
        var head = await response.Content.ReadAsStringAsync(Ct);
        Assert.Contains("X-Forwarded-Proto: https\r\n", head);
        Assert.Contains("X-Scheme: https\r\n", head);
        Assert.Contains("X-Forwarded-Port: 443\r\n", head);
        Assert.Contains("Host: a.io\r\n", head);
    }

    [Theory]
    [InlineData(BackendProtocol.Https)]
    [InlineData(BackendProtocol.Grpcs)]
    public async Task ATlsPodIsReachedWithoutVerification(BackendProtocol protocol)
    {
        using var key = RSA.Create(2048);
        using var certificate = Request("CN=pod", key, isAuthority: false)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var pod = await Origin.StartAsync(
            context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, context.Request.Protocol, Ct),
            Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http1AndHttp2,
            listen => Microsoft.AspNetCore.Hosting.ListenOptionsHttpsExtensions.UseHttps(listen, certificate));
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint], protocol);
        Assert.Equal("HTTP/2", await Clients.GetAsync(gateway, "a.io"));
    }

    private static async Task<string?> SubjectAsync(Gateway gateway, string serverName)
    {
        using var stream = await ConnectAsync(gateway, serverName);
        return stream.RemoteCertificate?.Subject;
    }

    private static async Task<SslStream> ConnectAsync(
        Gateway gateway, string serverName, SslProtocols protocols = SslProtocols.None, Action<X509Chain>? validate = null)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.HttpsPort, Ct);
        var stream = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = serverName,
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = (_, _, chain, _) =>
            {
                if (chain is not null)
                    validate?.Invoke(chain);
                return true;
            },
        };
        await stream.AuthenticateAsClientAsync(options, Ct);
        return stream;
    }

    private static Certificate Make(ObjectKey secret, string subject, AsymmetricAlgorithm key)
    {
        using (key)
        {
            var request = key is ECDsa ecdsa
                ? new CertificateRequest(subject, ecdsa, HashAlgorithmName.SHA256)
                : Request(subject, (RSA)key, isAuthority: false);
            using var leaf = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            return Certificate(secret, leaf, key.ExportPkcs8PrivateKey(), key is ECDsa ? "ECDSA" : "RSA");
        }
    }

    private static CertificateRequest Request(string subject, RSA key, bool isAuthority)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        return request;
    }

    private static Certificate Certificate(
        ObjectKey secret, X509Certificate2 leaf, byte[] key, string algorithm, params X509Certificate2[] intermediates) => new()
        {
            Secret = secret,
            Fingerprint = leaf.Thumbprint,
            Chain = new[] { leaf }.Concat(intermediates).Select(
                certificate => (ReadOnlyMemory<byte>)certificate.RawData).ToEquatableArray(),
            PrivateKey = key,
            KeyAlgorithm = algorithm,
            // Those of the hosts here.
            DnsNames = ["*.io", "*.a.io"],
            NotBefore = leaf.NotBefore.ToUniversalTime(),
            NotAfter = leaf.NotAfter.ToUniversalTime(),
        };
}
