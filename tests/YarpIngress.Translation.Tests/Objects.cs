using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Translation.Tests;

/// <summary>Small objects for tests that are not golden files.</summary>
internal static class Objects
{
    public static V1IngressClass Class(string name, string controller = "yarp-ingress.dev/controller", bool isDefault = false) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            Annotations = isDefault ? new() { ["ingressclass.kubernetes.io/is-default-class"] = "true" } : null,
        },
        Spec = new V1IngressClassSpec { Controller = controller },
    };

    public static V1Ingress Ingress(string name, string host, string service, string path = "/", string? className = "yarp", int age = 1) =>
        new()
        {
            Metadata = Meta(name, age),
            Spec = new V1IngressSpec
            {
                IngressClassName = className,
                Rules = [new V1IngressRule { Host = host, Http = new V1HTTPIngressRuleValue { Paths = [Path(path, service)] } }],
            },
        };

    public static V1HTTPIngressPath Path(string path, string service, string pathType = "Prefix") => new()
    {
        Path = path,
        PathType = pathType,
        Backend = Backend(service),
    };

    public static V1IngressBackend Backend(string service, int port = 80) =>
        new() { Service = new V1IngressServiceBackend { Name = service, Port = new V1ServiceBackendPort { Number = port } } };

    public static V1Service Service(string name) => new()
    {
        Metadata = Meta(name),
        Spec = new V1ServiceSpec { Type = "ClusterIP", Ports = [new V1ServicePort { Name = "http", Port = 80, TargetPort = 8080 }] },
    };

    public static V1EndpointSlice Slice(string service, params string[] addresses) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = $"{service}-1",
            NamespaceProperty = "demo",
            Labels = new() { ["kubernetes.io/service-name"] = service },
        },
        AddressType = "IPv4",
        Ports = [new Discoveryv1EndpointPort { Name = "http", Port = 8080, Protocol = "TCP" }],
        Endpoints = [.. addresses.Select(a => new V1Endpoint { Addresses = [a] })],
    };

    public static V1ObjectMeta Meta(string name, int age = 1) => new()
    {
        Name = name,
        NamespaceProperty = "demo",
        CreationTimestamp = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(-age),
    };
}
