using System.Text.Json.Nodes;

namespace YarpIngress.Tests.EndToEnd;

/// <summary><c>rewrite-target</c>, <c>use-regex</c>, <c>x-forwarded-prefix</c>, <c>upstream-vhost</c>, by both forwarders.</summary>
public sealed class RewriteTests(TestCluster cluster) : AnnotatedTest(cluster)
{
    [Theory]
    [InlineData(null)]
    [InlineData("kubernetes.io/h2c")]
    public async Task Rewrite_target_replaces_the_path_and_keeps_the_query(string? appProtocol)
    {
        await Namespace.StartAppAsync("app", appProtocol: appProtocol);
        var host = Namespace.Host("rewrite");
        await ApplyAsync(
            "rewrite", host,
            Annotations(("rewrite-target", "/$2"), ("x-forwarded-prefix", "/app$1"), ("upstream-vhost", "inner.example.com")),
            [("ImplementationSpecific", "/app(/|$)(.*)", "app")]);
        await Gateway.UntilAsync(host, "/app", answer => answer.Service == "app");

        foreach (var (sent, path, query) in ((string, string, string)[])[
            ("/app", "/", ""), ("/app/", "/", ""), ("/app/a/b?c=d&e=%20", "/a/b", "c=d&e=%20"), ("/APP/Case", "/Case", ""),
            ("/app/%61%20%C3%A9%3F%25", "/a%20%C3%A9%3F%25", ""), ("/app//a/./b/../c", "/a/c", ""), ("/app/?", "/", ""),
            ("/app%2Fslash", "/slash", "")])
        {
            var answer = await Gateway.GetAsync(host, sent, ("X-Forwarded-Prefix", "/forged"));
            Assert.Equal((sent, path, query), (sent, answer.Path, (string?)JsonNode.Parse(answer.Body)!["query"]));
            Assert.Equal(sent.Length > 4 ? "/app/" : "/app", answer.PodHeader("X-Forwarded-Prefix"));
            Assert.Equal(host, answer.PodHeader("X-Forwarded-Host"));
            Assert.Equal("inner.example.com", (string?)JsonNode.Parse(answer.Body)!["host"]);
        }
        Assert.Equal(404, (await Gateway.GetAsync(host, "/application")).Code);
        Assert.Equal(404, (await Gateway.GetAsync(host, "/x/app/")).Code);
    }

    [Fact]
    public async Task A_rewrite_makes_every_path_of_the_host_an_expression()
    {
        foreach (var service in (string[])["rewritten", "prefix", "exact", "long"])
            await Namespace.StartAppAsync(service);
        var host = Namespace.Host("neighbours");
        await ApplyAsync(
            "neighbours", host, Annotations(), [("Prefix", "/", "prefix"), ("Exact", "/Exact", "exact"), ("Prefix", "/api/long", "long")]);
        await Gateway.UntilAsync(host, "/", answer => answer.Service == "prefix");
        Assert.Equal("prefix", (await Gateway.GetAsync(host, "/exact")).Service);

        await ApplyAsync("rewriting", host, Annotations(("rewrite-target", "/new?x=1")), [("Prefix", "/api", "rewritten")]);
        await Gateway.UntilAsync(host, "/api", answer => answer.Service == "rewritten");

        foreach (var (path, service) in ((string, string)[])[
            ("/exact", "exact"), ("/EXACT/below", "exact"), ("/api/LONG/x", "long"), ("/apiary", "rewritten"), ("/other", "prefix")])
            await Gateway.UntilAsync(host, path, found => found.Service == service);
        var answer = await Gateway.GetAsync(host, "/api/x?y=2");
        Assert.Equal(("/new", "x=1&y=2"), (answer.Path, (string?)JsonNode.Parse(answer.Body)!["query"]));
        // Not rewritten itself.
        Assert.Equal("/Exact/a%20b", (await Gateway.GetAsync(host, "/Exact/a%20b")).Path);

        await Namespace.DeleteAsync<Kubernetes.Models.V1Ingress>("rewriting");
        await Gateway.UntilAsync(host, "/exact", found => found.Service == "prefix");
    }

    [Fact]
    public async Task Use_regex_matches_the_longest_expression_first()
    {
        foreach (var service in (string[])["short", "long", "broken"])
            await Namespace.StartAppAsync(service);
        var host = Namespace.Host("regex");
        await ApplyAsync(
            "regex", host, Annotations(("use-regex", "true")),
            [
                ("ImplementationSpecific", "/v[0-9]+", "short"), ("ImplementationSpecific", "/v[0-9]+/items/\\d{2}$", "long"),
                ("ImplementationSpecific", "/broken(", "broken"),
            ]);
        await Gateway.UntilAsync(host, "/v1", answer => answer.Service == "short");

        await Gateway.UntilAsync(host, "/V22/Items/07", answer => answer.Service == "long");
        Assert.Equal("/V22/Items/07", (await Gateway.GetAsync(host, "/V22/Items/07")).Path);
        Assert.Equal("short", (await Gateway.GetAsync(host, "/v22/items/123")).Service);
        Assert.Equal(404, (await Gateway.GetAsync(host, "/v")).Code);
        // What is no expression is not served, and takes nothing else with it.
        Assert.Equal(404, (await Gateway.GetAsync(host, "/broken(")).Code);
    }

    [Fact]
    public async Task X_forwarded_prefix_is_sent_only_where_rewrite_target_changes_the_path()
    {
        await Namespace.StartAppAsync("app");
        var (alone, same) = (Namespace.Host("alone"), Namespace.Host("same"));
        await ApplyAsync("alone", alone, Annotations(("x-forwarded-prefix", "/app")), [("Prefix", "/app", "app")]);
        await ApplyAsync(
            "same", same, Annotations(("x-forwarded-prefix", "/app"), ("rewrite-target", "/app")), [("Prefix", "/app", "app")]);
        foreach (var host in (string[])[alone, same])
        {
            var answer = await Gateway.UntilAsync(host, "/app/a", answer => answer.Service == "app");
            Assert.Equal(("/app/a", null), (answer.Path, answer.PodHeader("X-Forwarded-Prefix")));
        }
    }

    [Fact]
    public async Task Upstream_vhost_may_hold_variables()
    {
        await Namespace.StartAppAsync("app");
        var host = Namespace.Host("vhost");
        await ApplyAsync("vhost", host, "app", tls: false, ("upstream-vhost", "$service_name.$namespace.svc:8080"));
        var answer = await UntilAsync(host, "/", 200);
        Assert.Equal($"app.{Namespace.Name}.svc:8080", (string?)JsonNode.Parse(answer.Body)!["host"]);
        Assert.Equal(host, answer.PodHeader("X-Forwarded-Host"));
    }
}
