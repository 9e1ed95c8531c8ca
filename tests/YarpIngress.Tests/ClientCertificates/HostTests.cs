using System.Security.Authentication;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.EndToEnd;

namespace YarpIngress.Tests.ClientCertificates;

/// <summary>Client certificates are a matter of hosts: what of a host is protected, and by which name one comes in.</summary>
public sealed class HostTests(TestCluster cluster, Authorities authorities)
    : ClientCertificateTest(cluster, authorities), IClassFixture<Authorities>
{
    [Fact]
    public async Task One_Ingress_protects_the_whole_host_and_no_other()
    {
        var host = Namespace.Host("shared");
        await Namespace.StartAppAsync("app");
        await ApplyAuthoritiesAsync("ca", Authorities.Root.CertificatePem);
        await ApplyAsync("old", host, [], [("Prefix", "/old", "app")], tls: true);
        await ApplyAsync(
            "asks", host, [("auth-tls-secret", "ca"), ("server-alias", Namespace.Host("alias"))], [("Prefix", "/asks", "app")], tls: true);
        await ApplyAsync(
            "young", host, [("auth-tls-secret", "ca"), ("auth-tls-verify-client", "off")], [("Prefix", "/young", "app")], tls: true);
        await Namespace.ApplyIngressAsync("other", Namespace.Host("other"), ("Prefix", "/", "app"));
        await Wait.ForAsync(() => AskAsync(host, path: "/old"), answer => answer.Code == 400, "protection");

        foreach (var path in (string[])["/old", "/asks", "/young", "/nowhere", "/"])
            Assert.Equal(400, (await AskAsync(host, path: path)).Code);
        Assert.Equal(200, (await AskAsync(host, Authorities.Client, path: "/old")).Code);
        Assert.Equal(404, (await AskAsync(host, Authorities.Client, path: "/nowhere")).Code);
        Assert.Equal(400, (await AskAsync(Namespace.Host("alias"), path: "/asks")).Code);
        Assert.Equal("SUCCESS",
            (await AskAsync(Namespace.Host("alias"), Authorities.Client, path: "/asks")).PodHeader("ssl-client-verify"));
        var other = await AskAsync(Namespace.Host("other"), Authorities.Client);
        Assert.Equal(200, other.Code);
        Assert.Null(other.PodHeader("ssl-client-verify"));
    }

    [Fact]
    public async Task A_host_that_the_handshake_did_not_name_is_misdirected()
    {
        var host = await ServeAsync("mutual");
        var plain = Namespace.Host("plain");
        await ApplyAsync("plain", plain, "app", tls: true);
        await Gateway.UntilAsync(plain, "/", answer => answer.Code == 308);
        await UntilAsync(host, null, 400);

        Assert.StartsWith("HTTP/1.1 200", await AskAsync(plain, plain));
        Assert.StartsWith("HTTP/1.1 421", await AskAsync(plain, host));
        Assert.StartsWith("HTTP/1.1 421", await AskAsync(plain, host.ToUpperInvariant() + ".:443"));
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(host, host.ToUpperInvariant()));
        // Whoever has a certificate for one host may ask for one that needs none.
        var both = await AskAsync(host, plain);
        Assert.StartsWith("HTTP/1.1 200", both);
        Assert.DoesNotContain("ssl-client-verify", both);
        // A client that names nobody was not asked.
        Assert.StartsWith("HTTP/1.1 400", await AskAsync("127.0.0.1", host));
    }

    [Fact]
    public async Task A_wildcard_asks_each_of_its_hosts_by_its_own_name()
    {
        await ServeAsync("*");
        var (one, two) = (Namespace.Host("one"), Namespace.Host("two"));
        await UntilAsync(one, null, 400);
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(one, one));
        Assert.StartsWith("HTTP/1.1 421", await AskAsync(one, two));
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(two, two));
    }

    private async Task<string> AskAsync(string named, string asked) =>
        (await HandshakeSize.MeasureAsync(Port, named, SslProtocols.None, Authorities.Client, null, asked)).Answer;

    [Fact]
    public async Task Over_plain_HTTP_nothing_is_served_but_the_question_whose_host_it_is()
    {
        var host = Namespace.Host("plain");
        await Namespace.StartAppAsync("app");
        await ApplyAuthoritiesAsync("ca", Authorities.Root.CertificatePem);
        await ApplyAsync("plain", host, "app", tls: false, ("auth-tls-secret", "ca"));
        await Namespace.ApplyAsync<V1Ingress>("acme", Namespace.Ingress(host, ("Exact", "/.well-known/acme-challenge/token", "app")));
        await UntilAsync(host, "/", 400);
        var answer = await Gateway.UntilAsync(host, "/.well-known/acme-challenge/token", answer => answer.Code == 200);
        Assert.Equal("NONE", answer.PodHeader("ssl-client-verify"));
        Assert.Equal(400, (await Gateway.GetAsync(host, "/.well-known/acme-challenge/token/../../../admin")).Code);
        // That a proxy says it was HTTPS makes it no handshake.
        Assert.Equal(400, (await Gateway.GetAsync(host, "/", ("X-Forwarded-Proto", "https"), ("ssl-client-verify", "SUCCESS"))).Code);
    }

    [Fact]
    public async Task A_demand_without_a_Secret_closes_the_host_unless_another_Ingress_has_one()
    {
        var host = Namespace.Host("demand");
        await Namespace.StartAppAsync("app");
        await ApplyAsync("demand", host, [("auth-tls-verify-client", "on")], [("Prefix", "/", "app")], tls: true);
        await UntilAsync(host, Authorities.Client, 403);
        await ApplyAuthoritiesAsync("ca", Authorities.Root.CertificatePem);
        await ApplyAsync("authorities", host, [("auth-tls-secret", "ca")], [("Prefix", "/other", "app")], tls: true);
        await UntilAsync(host, Authorities.Client, 200);
        Assert.Equal(400, (await AskAsync(host)).Code);
    }

    [Theory]
    [InlineData("auth-tls-secret", "no/such/name")]
    [InlineData("auth-tls-secret", "")]
    [InlineData("auth-tls-secret", "elsewhere/ca")]
    [InlineData("auth-tls-secret", "missing")]
    [InlineData("auth-tls-secret", "garbage")]
    [InlineData("auth-tls-secret", "empty")]
    [InlineData("auth-tls-secret", "bad-list")]
    [InlineData("auth-tls-match-cn", "CN=(")]
    [InlineData("auth-tls-match-cn", "client-7")]
    [InlineData("auth-tls-match-cn", "")]
    public async Task A_bad_setting_closes_the_host_until_it_is_repaired(string name, string value)
    {
        var host = Namespace.Host("closed");
        await Namespace.StartAppAsync("app");
        await ApplyAuthoritiesAsync("ca", Authorities.Root.CertificatePem);
        await ApplyAuthoritiesAsync("garbage", "garbage");
        await ApplyAuthoritiesAsync("empty", "");
        await ApplyAuthoritiesAsync("bad-list", Authorities.Root.CertificatePem, "garbage");
        await Namespace.ApplyIngressAsync("other", Namespace.Host("other"), ("Prefix", "/", "app"));
        await Namespace.ApplyIngressAsync("before", host, ("Prefix", "/before", "app"));

        await ApplyAsync(
            "closed", host, name == "auth-tls-secret" ? [(name, value)] : [("auth-tls-secret", "ca"), (name, value)],
            [("Prefix", "/", "app")], tls: false);
        await UntilAsync(host, Authorities.Client, 403);
        Assert.Equal(403, (await AskAsync(host, Authorities.Client, path: "/before")).Code);
        Assert.Equal(403, (await Gateway.GetAsync(host, "/before")).Code);
        Assert.Equal(200, (await Gateway.GetAsync(Namespace.Host("other"))).Code);

        await ApplyAsync("closed", host, [("auth-tls-secret", "ca")], [("Prefix", "/", "app")], tls: false);
        await UntilAsync(host, Authorities.Client, 200);
        Assert.Equal(400, (await AskAsync(host)).Code);
    }
}
