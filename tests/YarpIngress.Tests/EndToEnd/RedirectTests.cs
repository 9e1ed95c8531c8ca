using System.Text.Json.Nodes;

namespace YarpIngress.Tests.EndToEnd;

/// <summary><c>permanent-redirect</c>, <c>temporal-redirect</c>, <c>app-root</c>, <c>ssl-redirect</c> and what goes with them.</summary>
public sealed class RedirectTests(TestCluster cluster) : AnnotatedTest(cluster)
{
    private const string Missing = "missing";

    [Fact]
    public async Task Permanent_redirect_answers_301_or_permanent_redirect_code_without_a_backend()
    {
        var (plain, coded, path, relative) = (
            Namespace.Host("plain"), Namespace.Host("coded"), Namespace.Host("path"), Namespace.Host("relative"));
        await ApplyAsync("plain", plain, Missing, tls: false, ("permanent-redirect", "https://www.example.com/new"));
        await ApplyAsync(
            "coded", coded, Missing, tls: false, ("permanent-redirect", "https://www.example.com$request_uri"), ("permanent-redirect-code", "308"));
        await ApplyAsync("path", path, Missing, tls: false, ("permanent-redirect", "/elsewhere"));
        await ApplyAsync(
            "relative", relative, Missing, tls: false, ("permanent-redirect", "/elsewhere"), ("relative-redirects", "true"));

        Assert.Equal("https://www.example.com/new", (await UntilAsync(plain, "/a?b=c", 301)).Headers["Location"]);
        Assert.Equal("https://www.example.com/a?b=c", (await UntilAsync(coded, "/a?b=c", 308)).Headers["Location"]);
        Assert.Equal($"http://{path}/elsewhere", (await UntilAsync(path, "/", 301)).Headers["Location"]);
        Assert.Equal("/elsewhere", (await UntilAsync(relative, "/", 301)).Headers["Location"]);
    }

    [Fact]
    public async Task Temporal_redirect_answers_302_or_temporal_redirect_code_and_wins()
    {
        var (plain, coded) = (Namespace.Host("plain"), Namespace.Host("coded"));
        await ApplyAsync("plain", plain, Missing, tls: false, ("temporal-redirect", "https://a.example.com"));
        await ApplyAsync(
            "coded", coded, Missing, tls: true, ("temporal-redirect", "https://b.example.com"), ("temporal-redirect-code", "307"),
            ("permanent-redirect", "https://c.example.com"));

        Assert.Equal("https://a.example.com", (await UntilAsync(plain, "/", 302)).Headers["Location"]);
        // Also over ssl-redirect, which the host would have.
        Assert.Equal("https://b.example.com", (await UntilAsync(coded, "/", 307)).Headers["Location"]);
    }

    [Fact]
    public async Task A_redirect_that_is_not_allowed_leaves_the_backend()
    {
        await Namespace.StartAppAsync("app");
        var host = Namespace.Host("script");
        await ApplyAsync("script", host, "app", tls: false, ("permanent-redirect", "javascript:alert(1)"));
        Assert.Equal("app", (await UntilAsync(host, "/", 200)).Service);
    }

    [Fact]
    public async Task Ssl_redirect_sends_a_host_with_a_certificate_to_https()
    {
        await Namespace.StartAppAsync("app");
        var host = Namespace.Host("tls");
        await ApplyAsync("tls", host, "app", tls: true);
        await ApplyAsync("neighbour", host, Annotations(), [("Prefix", "/.well-known/acme-challenge", "app"), ("Prefix", "/n", "app")]);
        await ApplyAsync("off", host, Annotations(("ssl-redirect", "false")), [("Prefix", "/off", "app")]);
        await Gateway.UntilAsync(host, "/.well-known/acme-challenge/x", answer => answer.Service == "app");
        await Gateway.UntilAsync(host, "/off", answer => answer.Service == "app");

        // As there: the last slash of path and query goes, and the port too.
        foreach (var (target, location) in ((string, string)[])[
            ("/", ""), ("/a/b?c=d", "/a/b?c=d"), ("/a/", "/a"), ("/a?b=/", "/a?b="), ("/%2Fa", "/%2Fa"), ("/n", "/n")])
        {
            var answer = await UntilAsync(host, target, 308);
            Assert.Equal($"https://{host}{location}", answer.Headers["Location"]);
        }
        Assert.Equal(308, (await Gateway.GetAsync($"{host}:8080")).Code);
        Assert.Equal("app", (await Gateway.GetSecureAsync(host)).Answer.Service);
    }

    [Fact]
    public async Task Force_ssl_redirect_preserve_trailing_slash_and_use_port_in_redirects()
    {
        await Namespace.StartAppAsync("app");
        var (forced, port, plain) = (Namespace.Host("forced"), Namespace.Host("port"), Namespace.Host("plain"));
        await ApplyAsync("forced", forced, "app", tls: false, ("force-ssl-redirect", "true"), ("preserve-trailing-slash", "true"));
        await ApplyAsync("port", port, "app", tls: true, ("use-port-in-redirects", "true"));
        await ApplyAsync("plain", plain, "app", tls: false);

        Assert.Equal($"https://{forced}/a/", (await UntilAsync(forced, "/a/", 308)).Headers["Location"]);
        Assert.Equal(
            $"https://{port}:{Cluster.Controller.HttpsPort}/a", (await UntilAsync(port, "/a/", 308)).Headers["Location"]);
        Assert.Equal("app", (await UntilAsync(plain, "/", 200)).Service);
    }

    [Fact]
    public async Task A_wildcard_certificate_makes_the_hosts_below_redirect_and_they_stop_with_it()
    {
        await Namespace.StartAppAsync("app");
        var (wildcard, below) = (Namespace.Host("*"), Namespace.Host("below"));
        await ApplyAsync("below", below, "app", tls: false);
        await UntilAsync(below, "/", 200);

        await ApplyAsync("wildcard", wildcard, "app", tls: true);
        await UntilAsync(below, "/", 308);
        await UntilAsync(Namespace.Host("other"), "/", 308);

        await Namespace.DeleteAsync<Kubernetes.Models.V1Ingress>("wildcard");
        Assert.Equal("app", (await UntilAsync(below, "/", 200)).Service);
    }

    [Fact]
    public async Task App_root_is_the_whole_hosts_and_comes_before_ssl_redirect()
    {
        await Namespace.StartAppAsync("app");
        var host = Namespace.Host("root");
        await ApplyAsync("root", host, Annotations(("app-root", "/app")), [("Prefix", "/app", "app")], tls: true);
        await ApplyAsync("neighbour", host, Annotations(), [("Exact", "/", "app"), ("Prefix", "/other", "app")]);

        Assert.Equal($"http://{host}/app", (await UntilAsync(host, "/", 302)).Headers["Location"]);
        Assert.Equal($"http://{host}:81/app", (await Gateway.GetAsync($"{host}:81")).Headers["Location"]);
        Assert.Equal(302, (await Gateway.GetAsync(host, "/?a=b")).Code);
        await UntilAsync(host, "/other", 308);
        Assert.Equal($"https://{host}/app", (await Gateway.GetSecureAsync(host)).Answer.Headers["Location"]);
        await Gateway.UntilSecureAsync(host, "/other", answer => answer.Service == "app");
    }

    [Fact]
    public async Task From_to_www_redirect_sends_the_other_name_to_the_host()
    {
        await Namespace.StartAppAsync("app");
        var (bare, www, taken) = (Namespace.Host("bare"), "www." + Namespace.Host("prefixed"), Namespace.Host("taken"));
        await ApplyAsync("bare", bare, "app", tls: false, ("from-to-www-redirect", "true"));
        await ApplyAsync("www", www, "app", tls: false, ("from-to-www-redirect", "true"));
        await ApplyAsync("taken", taken, "app", tls: false, ("from-to-www-redirect", "true"));
        await ApplyAsync("rule", "www." + taken, "app", tls: false);

        // The one that the client asked at, not the one that this process listens on.
        const int Port = 80;
        Assert.Equal($"http://{bare}:{Port}/a?b", (await UntilAsync("www." + bare, "/a?b", 308)).Headers["Location"]);
        Assert.Equal($"http://{bare}:{Port}", (await UntilAsync("www." + bare, "/", 308)).Headers["Location"]);
        Assert.Equal($"http://{www}:{Port}/a", (await UntilAsync(www["www.".Length..], "/a/", 308)).Headers["Location"]);
        Assert.Equal("app", (await UntilAsync(bare, "/", 200)).Service);
        Assert.Equal("app", (await UntilAsync("www." + taken, "/", 200)).Service);
    }

    [Fact]
    public async Task From_to_www_redirect_is_made_over_tls_with_a_certificate_that_covers_both_names()
    {
        await Namespace.StartAppAsync("app");
        var host = Namespace.Host("both");
        await Namespace.ApplyCertificateAsync("cert", TestCertificate.Create(host, "www." + host));
        var ingress = Namespace.Ingress(host, ("Prefix", "/", "app"));
        ingress["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject { ["nginx.ingress.kubernetes.io/from-to-www-redirect"] = "true" },
        };
        ingress["spec"]!["tls"] = new JsonArray(new JsonObject { ["secretName"] = "cert", ["hosts"] = new JsonArray(host) });
        await Namespace.ApplyAsync<Kubernetes.Models.V1Ingress>("both", ingress);
        await UntilAsync("www." + host, "/", 308);

        var (answer, presented) = await Gateway.GetSecureAsync("www." + host, "/a?b");
        Assert.Equal((308, $"https://{host}:443/a?b"), (answer.Code, answer.Headers["Location"]));
        Assert.True(presented.MatchesHostname("www." + host));
        // In clear it leads to the host first, and from there to TLS.
        Assert.Equal($"http://{host}:80/a", (await UntilAsync("www." + host, "/a", 308)).Headers["Location"]);
        Assert.Equal($"https://{host}/a", (await UntilAsync(host, "/a", 308)).Headers["Location"]);
    }
}
