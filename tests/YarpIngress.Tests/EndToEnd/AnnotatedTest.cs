using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>A test of annotations of ingress-nginx on Ingresses.</summary>
public abstract class AnnotatedTest(TestCluster cluster) : EndToEndTest(cluster)
{
    /// <summary>Annotations, without their prefix.</summary>
    protected static (string Name, string Value)[] Annotations(params (string Name, string Value)[] annotations) => annotations;

    /// <summary>Applies an Ingress for one host; a TLS entry without a Secret when <paramref name="tls"/> says so.</summary>
    protected async Task ApplyAsync(
        string name, string host, (string Name, string Value)[] annotations, (string Type, string Path, string Service)[] paths,
        bool tls = false)
    {
        var content = Namespace.Ingress(host, paths);
        var values = new JsonObject();
        foreach (var (key, value) in annotations)
            values[$"nginx.ingress.kubernetes.io/{key}"] = value;
        content["metadata"] = new JsonObject { ["annotations"] = values };
        if (tls)
            content["spec"]!["tls"] = new JsonArray(new JsonObject { ["hosts"] = new JsonArray(host) });
        await Namespace.ApplyAsync<V1Ingress>(name, content);
    }

    /// <summary>Applies an Ingress whose only path is the root.</summary>
    protected Task ApplyAsync(string name, string host, string service, bool tls, params (string Name, string Value)[] annotations) =>
        ApplyAsync(name, host, annotations, [("Prefix", "/", service)], tls);

    /// <summary>Asks until the answer has a status, and gives it.</summary>
    private protected Task<GatewayAnswer> UntilAsync(string host, string path, int status) =>
        Gateway.UntilAsync(host, path, answer => answer.Code == status);
}
