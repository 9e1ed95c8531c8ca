using System.Net;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

public sealed class TlsTests(TestCluster cluster) : EndToEndTest(cluster)
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_host_presents_the_certificate_of_its_Secret(string version)
    {
        var host = Namespace.Host("secure");
        var certificate = TestCertificate.Create(host);
        await Namespace.ApplyCertificateAsync("secure", certificate);
        await ApplySecureAsync(host, "secure");

        await UntilPresentedAsync(host, certificate);
        var (answer, _) = await Gateway.GetSecureAsync(host, "/", Version.Parse(version));
        Assert.Equal("app", answer.Service);
        Assert.Equal("https", answer.PodHeader("X-Forwarded-Proto"));
    }

    [Fact]
    public async Task A_certificate_rotates_live()
    {
        var host = Namespace.Host("rotating");
        var (before, after) = (TestCertificate.Create(host), TestCertificate.Create(host));
        await Namespace.ApplyCertificateAsync("rotating", before);
        await ApplySecureAsync(host, "rotating");
        await UntilPresentedAsync(host, before);

        await Namespace.ApplyCertificateAsync("rotating", after);
        await UntilPresentedAsync(host, after);
    }

    [Fact]
    public async Task A_wildcard_certificate_serves_the_hosts_it_covers()
    {
        var wildcard = Namespace.Host("*");
        var certificate = TestCertificate.Create(wildcard);
        await Namespace.ApplyCertificateAsync("wildcard", certificate);
        await ApplySecureAsync(wildcard, "wildcard");

        await UntilPresentedAsync(Namespace.Host("one"), certificate);
        await UntilPresentedAsync(Namespace.Host("two"), certificate);
    }

    [Fact]
    public async Task Without_a_usable_Secret_the_default_certificate_is_presented_and_the_host_served()
    {
        var host = Namespace.Host("broken");
        await Namespace.ApplyAsync<V1Secret>("broken", new JsonObject
        {
            ["type"] = "kubernetes.io/tls",
            ["stringData"] = new JsonObject { ["tls.crt"] = "garbage", ["tls.key"] = "garbage" },
        });
        await ApplySecureAsync(host, "broken");

        var (answer, presented) = await Gateway.GetSecureAsync(host);
        Assert.Equal("app", answer.Service);
        Assert.DoesNotContain(host, presented.Subject, StringComparison.Ordinal);

        // The Secret is repaired: its certificate goes live.
        var repaired = TestCertificate.Create(host);
        await Namespace.ApplyCertificateAsync("broken", repaired);
        await UntilPresentedAsync(host, repaired);
    }

    [Fact]
    public async Task A_certificate_of_another_host_is_not_presented_and_the_host_served()
    {
        var host = Namespace.Host("mistaken");
        await Namespace.ApplyCertificateAsync("mistaken", TestCertificate.Create(Namespace.Host("other")));
        await ApplySecureAsync(host, "mistaken");

        var (answer, presented) = await Gateway.GetSecureAsync(host);
        Assert.Equal("app", answer.Service);
        Assert.DoesNotContain(Namespace.Host("other"), presented.Subject, StringComparison.Ordinal);

        var own = TestCertificate.Create(host);
        await Namespace.ApplyCertificateAsync("mistaken", own);
        await UntilPresentedAsync(host, own);
    }

    [Fact]
    public async Task A_Secret_that_comes_after_its_Ingress_is_used()
    {
        var host = Namespace.Host("late");
        await ApplySecureAsync(host, "late");
        var certificate = TestCertificate.Create(host);
        await Namespace.ApplyCertificateAsync("late", certificate);

        await UntilPresentedAsync(host, certificate);
    }

    private async Task ApplySecureAsync(string host, string secret)
    {
        await Namespace.StartAppAsync("app");
        var ingress = Namespace.Ingress(host, ("Prefix", "/", "app"));
        ingress["spec"]!["tls"] = new JsonArray(new JsonObject { ["hosts"] = new JsonArray(host), ["secretName"] = secret });
        await Namespace.ApplyAsync<V1Ingress>("secure", ingress);
        // In clear it may redirect, which needs no pod.
        await Gateway.UntilSecureAsync(host.Replace("*", "any", StringComparison.Ordinal), "/", answer => answer.Service == "app");
    }

    private Task UntilPresentedAsync(string host, TestCertificate certificate) => Wait.ForAsync(
        async () => (await Gateway.GetSecureAsync(host, "/", HttpVersion.Version11)).Certificate.Thumbprint,
        thumbprint => thumbprint == certificate.Thumbprint,
        $"the certificate of {host}");
}
