using System.Net;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Benchmarks.Cluster;

/// <summary>The objects of the benchmarks: application number <c>index</c> has a host, an Ingress, a Service and a slice.</summary>
internal static class BenchmarkObjects
{
    public const string Namespace = "bench";
    private const string ServiceNameLabel = "kubernetes.io/service-name";

    public static string NameOf(int index) => $"app-{index}";

    public static string HostOf(int index) => $"app-{index}.bench.example";

    public static V1IngressClass IngressClass() =>
        new() { Metadata = new() { Name = "yarp" }, Spec = new() { Controller = "yarp-ingress.dev/controller" } };

    /// <summary>One application in ten has a TLS Secret, of its own name.</summary>
    public static bool HasCertificate(int index) => index % 10 == 9;

    /// <summary>The n-th application that has one.</summary>
    public static int Certified(int n) => (n * 10) + 9;

    /// <summary>The n-th application that has none.</summary>
    public static int Plain(int n) => (n / 9 * 10) + (n % 9);

    public static V1Ingress Ingress(int index, params List<V1HTTPIngressPath> paths) => new()
    {
        Metadata = new()
        {
            Name = NameOf(index),
            NamespaceProperty = Namespace,
            // Some of the load comes in clear whatever the host has.
            Annotations = HasCertificate(index) ? new() { ["nginx.ingress.kubernetes.io/ssl-redirect"] = "false" } : null,
        },
        Spec = new()
        {
            IngressClassName = "yarp",
            Rules = [new() { Host = HostOf(index), Http = new() { Paths = paths } }],
            Tls = HasCertificate(index) ? [new() { Hosts = [HostOf(index)], SecretName = NameOf(index) }] : null,
        },
    };

    public static V1HTTPIngressPath Path(string path, string service) =>
        new() { Path = path, PathType = "Prefix", Backend = new() { Service = new() { Name = service, Port = new() { Number = 80 } } } };

    /// <summary>Headless and without a selector: the benchmark owns the endpoints, the service proxy has nothing to listen on.</summary>
    public static V1Service Service(string name) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = Namespace },
        Spec = new() { ClusterIP = "None", Ports = [new() { Name = "http", Port = 80 }] },
    };

    /// <summary>A slice whose endpoints share the port of the first.</summary>
    public static V1EndpointSlice Slice(string service, params IReadOnlyCollection<IPEndPoint> ready) => new()
    {
        Metadata = new() { Name = service, NamespaceProperty = Namespace, Labels = new() { [ServiceNameLabel] = service } },
        AddressType = "IPv4",
        Ports = [new() { Name = "http", Port = ready.FirstOrDefault()?.Port ?? 80, Protocol = "TCP" }],
        Endpoints = [.. ready.Select(endpoint => new V1Endpoint
        {
            Addresses = [endpoint.Address.ToString()],
            Conditions = new() { Ready = true },
        })],
    };

    public static V1Secret Certificate(int index, HostCertificate certificate) => new()
    {
        Metadata = new() { Name = NameOf(index), NamespaceProperty = Namespace },
        Type = "kubernetes.io/tls",
        Data = new() { ["tls.crt"] = certificate.CertificatePem, ["tls.key"] = certificate.KeyPem },
    };
}
