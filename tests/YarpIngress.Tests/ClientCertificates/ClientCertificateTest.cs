using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.EndToEnd;

namespace YarpIngress.Tests.ClientCertificates;

/// <summary>A test of hosts that ask clients for certificates.</summary>
public abstract class ClientCertificateTest(TestCluster cluster, Authorities authorities) : AnnotatedTest(cluster)
{
    private protected Authorities Authorities { get; } = authorities;

    private protected int Port => Cluster.Controller.HttpsPort;

    /// <summary>Applies the Secret of <c>auth-tls-secret</c>.</summary>
    private protected Task ApplyAuthoritiesAsync(string name, string certificates, string? lists = null)
    {
        var data = new JsonObject { ["ca.crt"] = certificates };
        if (lists is not null)
            data["ca.crl"] = lists;
        return Namespace.ApplyAsync<V1Secret>(name, new JsonObject { ["type"] = "Opaque", ["stringData"] = data });
    }

    /// <summary>Serves a host that trusts the root, with TLS, and waits until it does.</summary>
    private protected async Task<string> ServeAsync(string name, params (string Name, string Value)[] annotations)
    {
        var host = Namespace.Host(name);
        await Namespace.StartAppAsync("app");
        await ApplyAuthoritiesAsync("ca", Authorities.Root.CertificatePem);
        await ApplyAsync(
            name == "*" ? "wildcard" : name, host, "app", tls: true, [("auth-tls-secret", $"{Namespace.Name}/ca"), .. annotations]);
        var one = host.Replace("*", "any", StringComparison.Ordinal);
        await Gateway.UntilAsync(one, "/", answer => answer.Code == 308);
        // A redirect needs no pod.
        await Wait.ForAsync(() => AskAsync(one, Authorities.Client), answer => answer.Service == "app", $"https://{one}");
        return host;
    }

    /// <summary>The answer to a client on a connection of its own.</summary>
    private protected async Task<GatewayAnswer> AskAsync(
        string host, X509Certificate2? certificate = null, X509Certificate2? issuer = null, string path = "/", Version? version = null)
    {
        using var client = new SecureClient(Port, host, certificate, issuer, version ?? HttpVersion.Version11);
        return await client.GetAsync(path);
    }

    private protected Task<GatewayAnswer> UntilAsync(string host, X509Certificate2? certificate, int status) => Wait.ForAsync(
        () => AskAsync(host, certificate), answer => answer.Code == status, $"{status} of {host}");
}
