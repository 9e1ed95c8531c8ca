using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.EndToEnd;

namespace YarpIngress.Tests.Unsupported;

/// <summary>What a client sees of annotations that this version does not act on.</summary>
public sealed class UnsupportedAnnotationTests(TestCluster cluster) : EndToEndTest(cluster)
{
    private const string Nginx = "nginx.ingress.kubernetes.io/";

    [Theory]
    [InlineData("auth-type", "basic")]
    [InlineData("enable-modsecurity", "true")]
    [InlineData("configuration-snippet", "deny all;")]
    [InlineData("backend-protocol", "FCGI")]
    public async Task A_protection_that_is_not_there_closes_its_Ingress_and_no_other(string name, string value)
    {
        await Namespace.StartAppAsync("web");
        var host = Namespace.Host("shared");
        await Namespace.ApplyIngressAsync("open", host, ("Prefix", "/open", "web"));
        await ApplyAsync("closed", host, "/closed", (Nginx + name, value));

        await Gateway.UntilAsync(host, "/closed", answer => answer.Code == 503);
        Assert.Equal(200, (await Gateway.GetAsync(host, "/open")).Code);

        await ApplyAsync("closed", host, "/closed");
        await Gateway.UntilAsync(host, "/closed", answer => answer.Code == 200);
    }

    [Fact]
    public async Task What_adds_to_another_annotation_closes_only_beside_it()
    {
        await Namespace.StartAppAsync("web");
        var host = Namespace.Host("snippet");
        await ApplyAsync("web", host, "/", (Nginx + "auth-snippet", "proxy_set_header X-Team shop;"));
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 200);

        // Without the snippet it would be 500, since nobody is there to be asked.
        await ApplyAsync(
            "web", host, "/", (Nginx + "auth-snippet", "proxy_set_header X-Team shop;"), (Nginx + "auth-url", "http://127.0.0.1:1/"));
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 503);
    }

    [Theory]
    [InlineData("server-snippet", "satisfy all; deny all;")]
    public async Task A_protection_of_a_host_closes_all_of_it(string name, string value)
    {
        await Namespace.StartAppAsync("web");
        var host = Namespace.Host("host");
        await Namespace.ApplyIngressAsync("open", host, ("Prefix", "/open", "web"));
        await ApplyAsync("closed", host, "/closed", (Nginx + name, value));
        await Gateway.UntilAsync(host, "/open", answer => answer.Code == 503);
        Assert.Equal(503, (await Gateway.GetAsync(host, "/closed")).Code);

        await Namespace.DeleteAsync<V1Ingress>("closed");
        await Gateway.UntilAsync(host, "/open", answer => answer.Code == 200);
    }

    [Fact]
    public async Task What_protects_nothing_is_served_without()
    {
        await Namespace.StartAppAsync("web");
        var host = Namespace.Host("tuned");
        await ApplyAsync(
            "tuned", host, "/", (Nginx + "proxy-busy-buffers-size", "16k"), (Nginx + "http2-push-preload", "true"),
            (Nginx + "configuration-snippet", "more_set_headers \"X-Frame-Options: DENY\";"), (Nginx + "no-such-annotation", "x"),
            (Nginx + "enable-modsecurity", "false"), (Nginx + "enable-owasp-core-rules", "true"), (Nginx + "enable-rewrite-log", "true"),
            (Nginx + "modsecurity-transaction-id", "$request_id"), (Nginx + "fastcgi-index", "index.php"),
            (Nginx + "fastcgi-params-configmap", "default/fastcgi"), (Nginx + "stream-snippet", "server { listen 8000; }"),
            (Nginx + "modsecurity-snippet", "SecRuleEngine On"), (Nginx + "ssl-prefer-server-ciphers", "true"));
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 200);
    }

    private Task ApplyAsync(string name, string host, string path, params (string Key, string Value)[] annotations)
    {
        var ingress = Namespace.Ingress(host, ("Prefix", path, "web"));
        ingress["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject(annotations.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
        };
        return Namespace.ApplyAsync<V1Ingress>(name, ingress);
    }
}
