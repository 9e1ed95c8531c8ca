using System.Security.Cryptography.X509Certificates;
using YarpIngress.Tests.EndToEnd;

namespace YarpIngress.Tests.ClientCertificates;

/// <summary><c>auth-tls-secret</c>, <c>auth-tls-verify-client</c> and what goes with them: who passes, and what pods are told.</summary>
public sealed class VerificationTests(TestCluster cluster, Authorities authorities)
    : ClientCertificateTest(cluster, authorities), IClassFixture<Authorities>
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task auth_tls_secret_lets_pass_who_has_a_certificate_of_its_authorities(string version)
    {
        var spoken = Version.Parse(version);
        var host = await ServeAsync("web");
        var none = await AskAsync(host, version: spoken);
        Assert.Equal(400, none.Code);
        Assert.Null(none.Service);
        Assert.Equal(400, (await AskAsync(host, Authorities.StrangersClient, version: spoken)).Code);
        using var expired = await Authorities.Root.IssueAsync("/CN=expired", until: DateTime.UtcNow.AddDays(-1));
        Assert.Equal(400, (await AskAsync(host, expired, version: spoken)).Code);
        using var server = await Authorities.Root.IssueAsync("/CN=server", usage: "server");
        Assert.Equal(400, (await AskAsync(host, server, version: spoken)).Code);

        using var client = new SecureClient(Port, host, Authorities.Client, version: spoken);
        foreach (var path in (string[])["/", "/again"])
        {
            var answer = await client.GetAsync(
                path, null, ("ssl-client-verify", "NONE"), ("SSL-Client-Subject-DN", "CN=admin"), ("ssl-client-cert", "forged"));
            Assert.Equal("app", answer.Service);
            Assert.Equal("SUCCESS", answer.PodHeader("ssl-client-verify"));
            Assert.Equal(
                await Authorities.Root.NameAsync(Authorities.Client, "subject"), answer.PodHeader("ssl-client-subject-dn"));
            Assert.Equal(await Authorities.Root.NameAsync(Authorities.Client, "issuer"), answer.PodHeader("ssl-client-issuer-dn"));
            Assert.Null(answer.PodHeader("ssl-client-cert"));
        }
    }

    [Theory]
    [InlineData("on", 400, 400, null)]
    [InlineData("optional", 200, 400, "NONE")]
    [InlineData("optional_no_ca", 200, 200, "NONE")]
    [InlineData("off", 200, 200, "NONE")]
    [InlineData("perhaps", 400, 400, null)]
    public async Task auth_tls_verify_client_says_who_needs_what(string mode, int without, int strangers, string? verify)
    {
        var host = await ServeAsync("web", ("auth-tls-verify-client", mode));
        var none = await UntilAsync(host, null, without);
        Assert.Equal(verify, none.PodHeader("ssl-client-verify"));
        Assert.Null(none.PodHeader("ssl-client-subject-dn"));
        var stranger = await AskAsync(host, Authorities.StrangersClient);
        Assert.Equal(strangers, stranger.Code);
        if (mode == "optional_no_ca")
        {
            Assert.Equal("FAILED:unable to verify the first certificate", stranger.PodHeader("ssl-client-verify"));
            Assert.Equal("CN=client-7", stranger.PodHeader("ssl-client-subject-dn"));
        }
        var good = await AskAsync(host, Authorities.Client);
        Assert.Equal(200, good.Code);
        Assert.Equal(mode == "off" ? "NONE" : "SUCCESS", good.PodHeader("ssl-client-verify"));
        using var expired = await Authorities.Root.IssueAsync("/CN=expired", until: DateTime.UtcNow.AddDays(-1));
        Assert.Equal(mode == "off" ? 200 : 400, (await AskAsync(host, expired)).Code);
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData("0", 400)]
    [InlineData("1", 200)]
    [InlineData("deep", 200)]
    public async Task auth_tls_verify_depth_counts_what_stands_between_a_certificate_and_the_root(string? depth, int expected)
    {
        var host = await ServeAsync("web", depth is null ? [] : [("auth-tls-verify-depth", depth)]);
        using var middle = X509Certificate2.CreateFromPem(Authorities.Middle.CertificatePem);
        await UntilAsync(host, null, 400);
        Assert.Equal(expected, (await AskAsync(host, Authorities.MiddleClient, middle)).Code);
        // The one in between is neither in the Secret nor sent.
        Assert.Equal(400, (await AskAsync(Namespace.Host("web"), await Authorities.Middle.IssueAsync("/CN=alone"))).Code);
        Assert.Equal(200, (await AskAsync(host, Authorities.Client)).Code);
    }

    [Fact]
    public async Task An_authority_that_is_no_root_vouches_for_nobody()
    {
        var host = await ServeAsync("web");
        await UntilAsync(host, Authorities.Client, 200);
        await ApplyAuthoritiesAsync("ca", Authorities.Middle.CertificatePem);
        await UntilAsync(host, Authorities.Client, 400);
        Assert.Equal(400, (await AskAsync(host, Authorities.MiddleClient)).Code);
        await ApplyAuthoritiesAsync("ca", Authorities.Middle.CertificatePem + Authorities.Root.CertificatePem);
        await UntilAsync(host, Authorities.MiddleClient, 200);
    }

    [Fact]
    public async Task auth_tls_error_page_sends_away_who_has_no_good_certificate()
    {
        var host = await ServeAsync("web", ("auth-tls-error-page", "https://help.example.com/certificates?from=$host"));
        var answer = await UntilAsync(host, null, 302);
        Assert.Equal($"https://help.example.com/certificates?from={host}", answer.Headers["Location"]);
        Assert.Equal(302, (await AskAsync(host, Authorities.StrangersClient)).Code);
        Assert.Equal(200, (await AskAsync(host, Authorities.Client)).Code);
    }

    [Fact]
    public async Task auth_tls_pass_certificate_to_upstream_gives_pods_the_certificate()
    {
        var host = await ServeAsync(
            "web", ("auth-tls-pass-certificate-to-upstream", "true"), ("auth-tls-verify-client", "optional"));
        var answer = await UntilAsync(host, Authorities.Client, 200);
        var pem = Uri.UnescapeDataString(answer.PodHeader("ssl-client-cert")!);
        Assert.EndsWith("-----END CERTIFICATE-----\n", pem);
        using var passed = X509Certificate2.CreateFromPem(pem);
        Assert.Equal(Authorities.Client.Thumbprint, passed.Thumbprint);
        Assert.Null((await AskAsync(host)).PodHeader("ssl-client-cert"));
    }

    [Fact]
    public async Task auth_tls_match_cn_looks_at_the_subject()
    {
        var host = await ServeAsync("web", ("auth-tls-match-cn", "CN=client-[0-9]+"));
        Assert.Equal(200, (await UntilAsync(host, Authorities.Client, 200)).Code);
        using var other = await Authorities.Root.IssueAsync("/CN=Client-7");
        Assert.Equal(403, (await AskAsync(host, other)).Code);
        Assert.Equal(400, (await AskAsync(host)).Code);

        // It changes live, for connections that are open too.
        using var open = new SecureClient(Port, host, other);
        Assert.Equal(403, (await open.GetAsync()).Code);
        await ApplyAsync(
            "web", host, "app", tls: true, ("auth-tls-secret", $"{Namespace.Name}/ca"), ("auth-tls-match-cn", "CN=(one|Client-7)"));
        await UntilAsync(host, Authorities.Client, 403);
        Assert.Equal(200, (await open.GetAsync()).Code);
    }

    [Fact]
    public async Task Nobody_can_say_of_himself_that_he_was_verified()
    {
        await Namespace.StartAppAsync("app");
        var host = Namespace.Host("open");
        await Namespace.ApplyIngressAsync("open", host, ("Prefix", "/", "app"));
        var answer = await Gateway.GetAsync(
            host, "/", ("ssl-client-verify", "SUCCESS"), ("SSL-CLIENT-SUBJECT-DN", "CN=admin"), ("Ssl-Client-Issuer-Dn", "CN=ca"),
            ("ssl-client-cert", "x"), ("ssl-client-other", "passes"));
        Assert.Equal("app", answer.Service);
        foreach (var name in (string[])["verify", "subject-dn", "issuer-dn", "cert"])
            Assert.Null(answer.PodHeader($"ssl-client-{name}"));
        Assert.Equal("passes", answer.PodHeader("ssl-client-other"));
    }
}
