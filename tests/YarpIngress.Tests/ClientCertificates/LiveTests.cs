using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.EndToEnd;

namespace YarpIngress.Tests.ClientCertificates;

/// <summary>Authorities and revocation lists change, and sessions are taken up.</summary>
public sealed class LiveTests(TestCluster cluster, Authorities authorities)
    : ClientCertificateTest(cluster, authorities), IClassFixture<Authorities>
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Authorities_rotate_live_for_open_connections_too(string version)
    {
        var spoken = Version.Parse(version);
        var host = await ServeAsync("web");
        using var former = new SecureClient(Port, host, Authorities.Client, version: spoken);
        using var later = new SecureClient(Port, host, Authorities.StrangersClient, version: spoken);
        await Wait.ForAsync(() => former.GetAsync(), answer => answer.Code == 200, "the first authority");
        Assert.Equal(400, (await later.GetAsync()).Code);

        await ApplyAuthoritiesAsync("ca", Authorities.Root.CertificatePem + Authorities.Stranger.CertificatePem);
        await Wait.ForAsync(() => later.GetAsync(), answer => answer.Code == 200, "both");
        Assert.Equal(200, (await former.GetAsync()).Code);

        await ApplyAuthoritiesAsync("ca", Authorities.Stranger.CertificatePem);
        await Wait.ForAsync(() => former.GetAsync(), answer => answer.Code == 400, "the second");
        Assert.Equal(200, (await later.GetAsync()).Code);
        Assert.Equal(400, (await AskAsync(host, Authorities.Client)).Code);

        await Namespace.DeleteAsync<V1Secret>("ca");
        await Wait.ForAsync(() => later.GetAsync(), answer => answer.Code == 403, "no Secret");
        Assert.Equal(403, (await AskAsync(host, Authorities.StrangersClient)).Code);
        await ApplyAuthoritiesAsync("ca", Authorities.Root.CertificatePem);
        await UntilAsync(host, Authorities.Client, 200);
    }

    [Fact]
    public async Task A_policy_that_comes_later_reaches_connections_that_are_open()
    {
        var host = Namespace.Host("late");
        await Namespace.StartAppAsync("app");
        await ApplyAsync("late", host, "app", tls: true);
        using var open = new SecureClient(Port, host, Authorities.Client);
        await Wait.ForAsync(() => open.GetAsync(), answer => answer.Code == 200, "the host");
        await ApplyAuthoritiesAsync("ca", Authorities.Root.CertificatePem);
        await ApplyAsync("late", host, "app", tls: true, ("auth-tls-secret", "ca"));
        // Not asked on that connection: it is closed, and the next one is asked.
        var answers = new List<int>();
        await Wait.UntilAsync(
            async () =>
            {
                answers.Add((await open.GetAsync()).Code);
                return answers is [.., 421, 200];
            },
            "421, then a new connection");
        Assert.Equal(400, (await AskAsync(host)).Code);
        await ApplyAsync("late", host, "app", tls: true);
        await UntilAsync(host, null, 200);
    }

    [Fact]
    public async Task Revocation_lists_apply_live()
    {
        using var root = await OpenSslAuthority.CreateAsync("/CN=Root of lists");
        using var middle = await OpenSslAuthority.CreateAsync("/CN=Middle of lists", root);
        using var good = await root.IssueAsync("/CN=good");
        using var bad = await root.IssueAsync("/CN=bad");
        using var ofMiddle = await middle.IssueAsync("/CN=of middle");
        using var middleCertificate = X509Certificate2.CreateFromPem(middle.CertificatePem);
        var host = await ServeAsync("web", ("auth-tls-verify-depth", "2"), ("auth-tls-verify-client", "optional_no_ca"));
        await ApplyAuthoritiesAsync("ca", root.CertificatePem, await root.RevocationListAsync());
        using var open = new SecureClient(Port, host, bad);
        await Wait.ForAsync(
            () => open.GetAsync(), answer => answer.PodHeader("ssl-client-verify") == "SUCCESS", "a list that revokes nobody");
        // Every authority of a chain needs a list.
        Assert.Equal(400, (await AskAsync(host, ofMiddle, middleCertificate)).Code);
        await ApplyAuthoritiesAsync("ca", root.CertificatePem, await root.RevocationListAsync() + await middle.RevocationListAsync());
        await Wait.ForAsync(() => AskAsync(host, ofMiddle, middleCertificate), answer => answer.Code == 200, "both lists");

        await root.RevokeAsync(bad);
        await ApplyAuthoritiesAsync("ca", root.CertificatePem, await root.RevocationListAsync());
        await Wait.ForAsync(() => open.GetAsync(), answer => answer.Code == 400, "revoked");
        Assert.Equal(400, (await AskAsync(host, bad)).Code);
        Assert.Equal(200, (await AskAsync(host, good)).Code);

        await ApplyAuthoritiesAsync("ca", root.CertificatePem, await root.RevocationListAsync(isExpired: true));
        await UntilAsync(host, good, 400);
        // A list of somebody else under the same name.
        using var imposter = await OpenSslAuthority.CreateAsync("/CN=Root of lists");
        await ApplyAuthoritiesAsync("ca", root.CertificatePem, await root.RevocationListAsync());
        await UntilAsync(host, good, 200);
        await ApplyAuthoritiesAsync("ca", root.CertificatePem, await imposter.RevocationListAsync());
        await UntilAsync(host, good, 400);
        await ApplyAuthoritiesAsync("ca", root.CertificatePem, "garbage");
        await UntilAsync(host, good, 403);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task No_session_is_taken_up_where_certificates_are_asked_for(SslProtocols protocol)
    {
        // Both present the default certificate, so that a client may offer to the one what it has of the other.
        var host = await ServeAsync("web");
        await UntilAsync(host, null, 400);
        using var middle = X509Certificate2.CreateFromPem(Authorities.Middle.CertificatePem);
        var first = await HandshakeSize.MeasureAsync(Port, host, protocol, Authorities.MiddleClient, middle);
        var second = await HandshakeSize.MeasureAsync(Port, host, protocol, Authorities.MiddleClient, middle);
        foreach (var visit in (HandshakeSize[])[first, second])
        {
            Assert.Contains("\"SUCCESS\"", visit.Answer);
            Assert.Contains("client-of-middle", visit.Answer);
            // Both certificates went over the wire.
            Assert.InRange(visit.BytesSent, Authorities.MiddleClient.RawData.Length + middle.RawData.Length, long.MaxValue);
        }
    }
}
