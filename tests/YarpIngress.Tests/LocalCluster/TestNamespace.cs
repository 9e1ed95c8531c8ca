using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.Tests.LocalCluster;

/// <summary>A namespace of a cluster, and the objects in it.</summary>
internal sealed class TestNamespace
{
    public TestNamespace(LocalClusterHost cluster, string name)
    {
        Cluster = cluster;
        Name = name;
        Api.Create(ResourceCatalog.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
    }

    public LocalClusterHost Cluster { get; }

    public string Name { get; }

    public ApiOperations Api => Cluster.Api;

    /// <summary>Applies YAML to this namespace.</summary>
    public void Apply(string yaml)
    {
        var documents = ManifestReader.ReadText(yaml).Select(document =>
        {
            document.Object["metadata"]!["namespace"] = Name;
            return document.Object.ToJsonString();
        });
        Cluster.ApplyText(string.Join("\n---\n", documents));
    }

    public StoredObject? Find(ResourceInfo resource, string name) => Api.Find(resource, Name, name);

    public IReadOnlyList<StoredObject> List(ResourceInfo resource) => Api.List(resource, Name).Items;

    public JsonObject Get(ResourceInfo resource, string name) => Api.Get(resource, Name, name).ToJson();

    public void Modify(ResourceInfo resource, string name, Action<JsonObject> change) => Api.Modify(resource, Name, name, change);

    public void ModifyStatus(ResourceInfo resource, string name, Action<JsonObject> change) =>
        Api.ModifyStatus(resource, Name, name, change);

    public void Delete(ResourceInfo resource, string name) => Api.Delete(resource, Name, name);

    /// <summary>Pods that are not on their way out.</summary>
    public List<PodView> Pods(string? app = null) =>
    [
        .. List(ResourceCatalog.Pods).Select(PodView.Of)
            .Where(pod => !pod.IsDeleting && (app is null || pod.Labels.GetValueOrDefault("app") == app)),
    ];

    public List<V1EndpointSlice> Slices(string service) =>
    [
        .. List(ResourceCatalog.EndpointSlices).Where(slice => slice.Labels.GetValueOrDefault("kubernetes.io/service-name") == service)
            .Select(slice => slice.Decode<V1EndpointSlice>()),
    ];

    public List<V1Endpoint> ReadyEndpoints(string service) =>
        [.. Slices(service).SelectMany(slice => slice.Endpoints ?? []).Where(endpoint => endpoint.Conditions?.Ready == true)];

    public async Task<List<PodView>> ReadyPodsAsync(int count, string? app = null)
    {
        await Wait.UntilAsync(() => Pods(app) is var pods && pods.Count == count && pods.All(pod => pod.IsReady), $"{count} ready pods");
        return Pods(app);
    }

    public Task EndpointsAsync(string service, int ready) =>
        Wait.UntilAsync(() => ReadyEndpoints(service).Count == ready, $"{ready} ready endpoints of {service}");

    /// <summary>A Deployment of echo pods.</summary>
    public static string Deployment(string name, int replicas, string extra = "") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: {{name}} }
        spec:
          replicas: {{replicas}}
          selector: { matchLabels: { app: {{name}} } }
          template:
            metadata: { labels: { app: {{name}} } }
            spec:
              containers:
              - name: echo
                image: echo:1
                ports: [{name: http, containerPort: 8080}]
        {{Indent(extra, 2)}}
        ---

        """;

    /// <summary>A Service in front of the pods of that name.</summary>
    public static string Service(string name, string spec = "ports: [{port: 80, targetPort: http}]", string? app = null) => $$"""
        apiVersion: v1
        kind: Service
        metadata: { name: {{name}} }
        spec:
          selector: { app: {{app ?? name}} }
        {{Indent(spec, 2)}}
        ---

        """;

    /// <summary>A pod of its own.</summary>
    public static string Pod(string name, string spec = "", string labels = "") => $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{name}}
          labels: { app: {{(labels.Length > 0 ? labels : name)}} }
        spec:
        {{Indent(spec.Length > 0 ? spec : "containers: [{name: echo, image: echo:1, ports: [{name: http, containerPort: 8080}]}]", 2)}}
        ---

        """;

    private static string Indent(string text, int by) => string.Join('\n', text.Split('\n').Select(line => new string(' ', by) + line));
}
