using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>The Secret of <c>proxy-ssl-secret</c> comes, changes and goes while requests are served.</summary>
public sealed class BackendSecretTests(TestCluster cluster) : EndToEndTest(cluster)
{
    [Fact]
    public async Task Without_the_Secret_of_proxy_ssl_secret_requests_answer_503()
    {
        await Namespace.StartAppAsync("app");
        var host = Namespace.Host("mutual");
        var ingress = Namespace.Ingress(host, ("Prefix", "/", "app"));
        ingress["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject { ["nginx.ingress.kubernetes.io/proxy-ssl-secret"] = $"{Namespace.Name}/to-pods" },
        };
        await Namespace.ApplyAsync<V1Ingress>("mutual", ingress);
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 503);

        await Namespace.ApplyAsync<V1Secret>("to-pods", new JsonObject
        {
            ["type"] = "Opaque",
            ["stringData"] = new JsonObject { ["ca.crt"] = TestCertificate.Create("authority").CertificatePem },
        });
        await Gateway.UntilAsync(host, "/", answer => answer.Service == "app");

        await Namespace.DeleteAsync<V1Secret>("to-pods");
        await Gateway.UntilAsync(host, "/", answer => answer.Code == 503);
    }
}
