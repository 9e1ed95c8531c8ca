using System.Net;
using System.Text;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Benchmarks.Rivals;

/// <summary>A site as objects of a cluster: Ingresses, for each the Services and EndpointSlices of its backends, and TLS Secrets.</summary>
internal static class SiteObjects
{
    public const string Namespace = "bench";

    public static async Task CreateAsync(ApiClient api, Site site, int hostsPerIngress, CancellationToken ct)
    {
        await api.CreateAsync(new V1Namespace { Metadata = new() { Name = Namespace } }, ct);
        await api.CreateAsync(
            new V1IngressClass { Metadata = new() { Name = "yarp" }, Spec = new() { Controller = "yarp-ingress.dev/controller" } }, ct);

        var secrets = site.Certificates.Select((files, index) => (files, Name: $"tls-{index}")).ToDictionary(pair => pair.files, pair => pair.Name);
        foreach (var (files, name) in secrets)
            await api.CreateAsync(Secret(name, files), ct);

        var parts = site.Hosts.Chunk(hostsPerIngress).Select((hosts, index) => (Name: $"app-{index}", hosts));
        if (site.Streams is { } pod)
            await CreateStreamsAsync(api, pod, ct);
        await Parallel.ForEachAsync(
            parts,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct },
            async (part, token) => await CreateAsync(api, part.Name, part.hosts, secrets, token));
    }

    /// <summary>The Service and port of <see cref="Site.Streams"/>, for the ConfigMaps of TCP and UDP ports.</summary>
    public const string StreamService = $"{Namespace}/streams:80";

    private static async Task CreateStreamsAsync(ApiClient api, IPEndPoint pod, CancellationToken ct)
    {
        await api.CreateAsync(
            new V1Service
            {
                Metadata = new() { Name = "streams", NamespaceProperty = Namespace },
                Spec = new()
                {
                    ClusterIP = "None",
                    Ports = [new() { Name = "tcp", Port = 80, Protocol = "TCP" }, new() { Name = "udp", Port = 80, Protocol = "UDP" }],
                },
            },
            ct);
        var slice = Slice("streams", pod);
        slice.Ports = [new() { Name = "tcp", Port = pod.Port, Protocol = "TCP" }, new() { Name = "udp", Port = pod.Port, Protocol = "UDP" }];
        await api.CreateAsync(slice, ct);
    }

    public static V1ConfigMap ConfigMap(string name, Dictionary<string, string> data) =>
        new() { Metadata = new() { Name = name, NamespaceProperty = Namespace }, Data = data };

    private static async Task CreateAsync(
        ApiClient api, string name, SiteHost[] hosts, Dictionary<CertificateFiles, string> secrets, CancellationToken ct)
    {
        var services = hosts.SelectMany(host => host.Paths).Select(path => path.Backend).Distinct()
            .Select((backend, index) => (backend, Service: $"{name}-{index}"))
            .ToDictionary(pair => pair.backend, pair => pair.Service);
        foreach (var (backend, service) in services)
        {
            await api.CreateAsync(Service(service), ct);
            await api.CreateAsync(Slice(service, backend), ct);
        }

        await api.CreateAsync(
            new V1Ingress
            {
                Metadata = new()
                {
                    Name = name,
                    NamespaceProperty = Namespace,
                    Annotations = hosts.Any(host => host.PassesTls)
                        ? new() { ["nginx.ingress.kubernetes.io/ssl-passthrough"] = "true" }
                        : null,
                },
                Spec = new()
                {
                    IngressClassName = "yarp",
                    Rules = [.. hosts.Select(host => Rule(host, services))],
                    Tls =
                    [
                        .. hosts.Where(host => host.Certificate is not null).Select(
                            host => new V1IngressTLS { Hosts = [host.Name], SecretName = secrets[host.Certificate!] }),
                    ],
                },
            },
            ct);
    }

    private static V1IngressRule Rule(SiteHost host, Dictionary<IPEndPoint, string> services) => new()
    {
        Host = host.Name,
        Http = new()
        {
            Paths =
            [
                .. host.Paths.Select(path => new V1HTTPIngressPath
                {
                    Path = path.Path,
                    PathType = "Prefix",
                    Backend = new() { Service = new() { Name = services[path.Backend], Port = new() { Number = 80 } } },
                }),
            ],
        },
    };

    // Headless and without a selector: the benchmark owns the endpoints, and the service proxy has nothing to listen on.
    private static V1Service Service(string name) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = Namespace },
        Spec = new() { ClusterIP = "None", Ports = [new() { Name = "http", Port = 80 }] },
    };

    private static V1EndpointSlice Slice(string service, IPEndPoint endpoint) => new()
    {
        Metadata = new()
        {
            Name = service,
            NamespaceProperty = Namespace,
            Labels = new() { ["kubernetes.io/service-name"] = service },
        },
        AddressType = "IPv4",
        Ports = [new() { Name = "http", Port = endpoint.Port, Protocol = "TCP" }],
        Endpoints = [new() { Addresses = [endpoint.Address.ToString()], Conditions = new() { Ready = true } }],
    };

    private static V1Secret Secret(string name, CertificateFiles files) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = Namespace },
        Type = "kubernetes.io/tls",
        Data = new()
        {
            ["tls.crt"] = Encoding.UTF8.GetBytes(File.ReadAllText(files.Certificate)),
            ["tls.key"] = Encoding.UTF8.GetBytes(File.ReadAllText(files.Key)),
        },
    };
}
