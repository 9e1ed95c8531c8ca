using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Pods;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>A namespace of one test: its objects, its pods, its host names. Gone with the test.</summary>
public sealed class TestNamespace : IAsyncDisposable
{
    private readonly TestCluster _cluster;
    private readonly List<TestPod> _pods = [];

    private TestNamespace(TestCluster cluster, string name)
    {
        _cluster = cluster;
        Name = name;
    }

    public string Name { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<TestNamespace> CreateAsync(TestCluster cluster)
    {
        var created = new TestNamespace(cluster, $"e2e-{Guid.NewGuid().ToString("N")[..8]}");
        await created.CreateAsync();
        return created;
    }

    /// <summary>Creates it on a cluster that does not know it, or no longer.</summary>
    public Task CreateAsync() => _cluster.Api.CreateAsync(new V1Namespace { Metadata = new() { Name = Name } }, Cancelled);

    /// <summary>A host name that no other test uses.</summary>
    public string Host(string label) => $"{label}.{Name}.example.com";

    /// <summary>A Service without a selector and pods behind it: the same on any cluster, with or without a kubelet.</summary>
    internal async Task<IReadOnlyList<TestPod>> StartAppAsync(string name, int replicas = 1, string? appProtocol = null)
    {
        var pods = new List<TestPod>();
        for (var replica = 0; replica < replicas; replica++)
            pods.Add(StartPod($"{name}-{replica}", name));

        await CreateAsync(new V1Service
        {
            Metadata = new() { Name = name },
            Spec = new() { Ports = [new() { Name = "http", Port = 80, Protocol = "TCP", AppProtocol = appProtocol }] },
        });
        await CreateAsync(EndpointSlice(name, [.. pods]));
        return pods;
    }

    /// <summary>A pod of this namespace, without any object that speaks of it.</summary>
    internal TestPod StartPod(string name, string service)
    {
        var pod = _cluster.StartPod(new PodIdentity(Name, name, service));
        _pods.Add(pod);
        return pod;
    }

    /// <summary>Replaces the endpoints of a Service made by <see cref="StartAppAsync"/>.</summary>
    internal Task SetEndpointsAsync(string service, params TestPod[] pods) =>
        _cluster.Api.ReplaceAsync(EndpointSlice(service, pods), Cancelled);

    /// <summary>Creates or replaces an Ingress of the tests' class and waits until every path is served by one of its Services.</summary>
    public async Task ApplyIngressAsync(string name, string host, params (string Type, string Path, string Service)[] paths)
    {
        await ApplyAsync<V1Ingress>(name, Ingress(host, paths));
        foreach (var (_, path, _) in paths)
            await _cluster.Gateway.UntilAsync(host, path, answer => paths.Any(served => served.Service == answer.Service));
    }

    /// <summary>Server-side apply of an object of which only <paramref name="content"/> is written out.</summary>
    public Task<T> ApplyAsync<T>(string name, JsonObject content)
        where T : class, IKubernetesObject<T>
    {
        var value = new JsonObject
        {
            ["apiVersion"] = T.Resource.ApiVersion,
            ["kind"] = T.Resource.Kind,
            ["metadata"] = new JsonObject { ["name"] = name },
        };
        foreach (var (key, part) in content.ToArray())
        {
            content.Remove(key);
            if (key == "metadata")
                Merge(value["metadata"]!.AsObject(), part!.AsObject());
            else
                value[key] = part;
        }

        var namespaceName = T.Resource.Namespaced ? Name : null;
        return _cluster.Api.PatchAsync<T>(namespaceName, name, Patch.Apply(value, "end-to-end-tests", force: true), Cancelled);
    }

    public Task<T> CreateAsync<T>(T value)
        where T : class, IKubernetesObject<T>
    {
        value.Metadata.NamespaceProperty = T.Resource.Namespaced ? Name : null;
        return _cluster.Api.CreateAsync(value, Cancelled);
    }

    public Task DeleteAsync<T>(string name)
        where T : class, IKubernetesObject<T> => _cluster.Api.DeleteAsync<T>(Name, name, Cancelled);

    internal Task ApplyCertificateAsync(string name, TestCertificate certificate) => ApplyAsync<V1Secret>(name, new JsonObject
    {
        ["type"] = "kubernetes.io/tls",
        ["stringData"] = new JsonObject { ["tls.crt"] = certificate.CertificatePem, ["tls.key"] = certificate.KeyPem },
    });

    /// <summary>The content of an Ingress of the tests' class with one rule.</summary>
    public JsonObject Ingress(string? host, params (string Type, string Path, string Service)[] paths)
    {
        var rule = new JsonObject
        {
            ["http"] = new JsonObject
            {
                ["paths"] = new JsonArray([.. paths.Select(path => new JsonObject
                {
                    ["pathType"] = path.Type,
                    ["path"] = path.Path,
                    ["backend"] = Backend(path.Service),
                })]),
            },
        };
        if (host is not null)
            rule["host"] = host;
        return new JsonObject
        {
            ["spec"] = new JsonObject { ["ingressClassName"] = _cluster.IngressClass, ["rules"] = new JsonArray(rule) },
        };
    }

    public static JsonObject Backend(string service) =>
        new() { ["service"] = new JsonObject { ["name"] = service, ["port"] = new JsonObject { ["number"] = 80 } } };

    public async ValueTask DisposeAsync()
    {
        await _cluster.Api.DeleteAsync<V1Namespace>(null, Name, CancellationToken.None);
        foreach (var pod in _pods)
            await pod.DisposeAsync();
    }

    internal V1EndpointSlice EndpointSlice(string service, params TestPod[] pods) =>
        EndpointSlice(
            service, [.. pods.Select(pod => new V1Endpoint { Addresses = [pod.Address.ToString()], Conditions = new() { Ready = true } })]);

    internal V1EndpointSlice EndpointSlice(string service, params V1Endpoint[] endpoints) => new()
    {
        Metadata = new() { Name = service, NamespaceProperty = Name, Labels = new() { ["kubernetes.io/service-name"] = service } },
        AddressType = "IPv4",
        Ports = [new() { Name = "http", Port = TestPod.Port, Protocol = "TCP" }],
        Endpoints = [.. endpoints],
    };

    private static void Merge(JsonObject target, JsonObject source)
    {
        foreach (var (key, part) in source.ToArray())
        {
            source.Remove(key);
            target[key] = part;
        }
    }
}
