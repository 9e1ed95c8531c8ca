using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>Ingresses with annotations.</summary>
internal static class AnnotatedIngress
{
    /// <summary>Creates or replaces an Ingress of the tests' class; a name without a slash is ingress-nginx's.</summary>
    public static Task ApplyAsync(
        this TestNamespace within, string name, string host, (string Type, string Path, string Service)[] paths,
        params (string Name, string Value)[] annotations)
    {
        var ingress = within.Ingress(host, paths);
        ingress["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject(annotations.Select(one => KeyValuePair.Create(
                one.Name.Contains('/') ? one.Name : $"nginx.ingress.kubernetes.io/{one.Name}", (JsonNode?)one.Value))),
        };
        return within.ApplyAsync<V1Ingress>(name, ingress);
    }
}
