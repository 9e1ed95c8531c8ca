using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

/// <summary><c>server-alias</c>.</summary>
public sealed class ServerAliasTests(TestCluster cluster) : AnnotatedTest(cluster)
{
    [Fact]
    public async Task Aliases_are_names_wildcards_of_many_labels_and_expressions()
    {
        await Namespace.StartAppAsync("app");
        await Namespace.StartAppAsync("neighbour");
        var ns = Namespace.Name;
        await ApplyAsync(
            "alias", Namespace.Host("main"), "app", tls: false,
            ("server-alias", $"one.{ns}.net, *.{ns}.org, ~^shop[0-9]+\\.{ns}\\.test$"));
        await ApplyAsync("neighbour", Namespace.Host("main"), Annotations(), [("Prefix", "/n", "neighbour")]);
        await Gateway.UntilAsync(Namespace.Host("main"), "/n", answer => answer.Service == "neighbour");

        foreach (var host in (string[])[$"one.{ns}.net", $"ONE.{ns}.net", $"a.{ns}.org", $"a.b.{ns}.org", $"shop12.{ns}.test"])
        {
            await Gateway.UntilAsync(host, "/", answer => answer.Service == "app");
            await Gateway.UntilAsync(host, "/n/x", answer => answer.Service == "neighbour");
        }
        foreach (var host in (string[])[$"two.{ns}.net", $"{ns}.org", $"shop.{ns}.test", $"xshop1.{ns}.test"])
            Assert.NotEqual("app", (await Gateway.GetAsync(host)).Service);

        await ApplyAsync("alias", Namespace.Host("main"), "app", tls: false);
        foreach (var host in (string[])[$"one.{ns}.net", $"a.b.{ns}.org", $"shop12.{ns}.test"])
            await Gateway.UntilAsync(host, "/", answer => answer.Service != "app");
    }

    [Fact]
    public async Task A_rule_has_its_host_and_an_alias_gets_it_back()
    {
        await Namespace.StartAppAsync("app");
        await Namespace.StartAppAsync("rule");
        var contested = Namespace.Host("contested");
        await ApplyAsync("alias", Namespace.Host("main"), "app", tls: false, ("server-alias", contested));
        await Gateway.UntilAsync(contested, "/", answer => answer.Service == "app");

        await ApplyAsync("rule", contested, "rule", tls: false);
        await Gateway.UntilAsync(contested, "/", answer => answer.Service == "rule");
        await Namespace.DeleteAsync<V1Ingress>("rule");
        await Gateway.UntilAsync(contested, "/", answer => answer.Service == "app");
    }

    [Fact]
    public async Task An_alias_redirects_to_https_only_where_the_certificate_covers_it()
    {
        await Namespace.StartAppAsync("app");
        var (host, covered, other) = (Namespace.Host("main"), Namespace.Host("covered"), Namespace.Host("other"));
        await Namespace.ApplyCertificateAsync("cert", TestCertificate.Create(host, covered));
        var content = Namespace.Ingress(host, ("Prefix", "/", "app"));
        content["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject { ["nginx.ingress.kubernetes.io/server-alias"] = $"{covered}, {other}" },
        };
        content["spec"]!["tls"] = new JsonArray(new JsonObject
        {
            ["secretName"] = "cert",
            ["hosts"] = new JsonArray(host),
        });
        await Namespace.ApplyAsync<V1Ingress>("alias", content);

        await UntilAsync(host, "/", 308);
        await UntilAsync(covered, "/", 308);
        Assert.Equal("app", (await UntilAsync(other, "/", 200)).Service);
        Assert.Equal("app", (await Gateway.GetSecureAsync(covered)).Answer.Service);
    }
}
