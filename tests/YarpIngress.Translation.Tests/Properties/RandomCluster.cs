using YarpIngress.Controller.Cache;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Tests.Certificates;

namespace YarpIngress.Translation.Tests.Properties;

/// <summary>Random changes in a small world, so that objects collide, refer to each other and miss each other often.</summary>
internal sealed class RandomCluster(int seed)
{
    private static readonly string[] Hosts = ["", "a.example.com", "b.example.com", "*.example.com", "A.example.com", "bad_host", "c.test"];
    private static readonly string[] Paths = ["/", "/a", "/a/", "/a/b", "/b", "", "bad"];
    private static readonly string[] PathTypes = ["Exact", "Prefix", "Prefix", "ImplementationSpecific", "ImplementationSpecific", "Wrong"];
    private static readonly string[] Names = ["one", "two", "three", "four"];
    private static readonly string[] Namespaces = ["demo", "other"];
    private static readonly string?[] Classes = ["yarp", "yarp", "yarp", "nginx", "gone", null];
    private static readonly (string, string)[] Pems =
    [
        TestCertificates.Pem("a.example.com"), TestCertificates.Pem("*.example.com", "c.test"), TestCertificates.Pem("b.example.com"), (
            "garbage", "garbage"),
    ];

    private readonly Random _random = new(seed);
    private readonly Dictionary<(string Kind, ObjectKey Key), (Action<ClusterCache> Set, bool Malformed)> _objects = [];

    /// <summary>What exists now, in an order of its own.</summary>
    public void SetAll(ClusterCache cache)
    {
        var all = _objects.OrderByDescending(o => o.Key.Kind, StringComparer.Ordinal).ThenByDescending(o => o.Key.Key).ToList();
        foreach (var (_, (set, _)) in all)
            set(cache);
    }

    /// <summary>One random change.</summary>
    public void Step(ClusterCache cache)
    {
        var (kind, key, set) = Next();
        if (_random.Next(4) == 0)
        {
            cache.Remove(kind, key);
            _objects.Remove((kind, key));
        }
        else if (_random.Next(25) == 0)
        {
            Keep(kind, key, c => c.SetMalformed(kind, key, "broken"), cache);
        }
        else
            Keep(kind, key, set, cache);
    }

    public bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private void Keep(string kind, ObjectKey key, Action<ClusterCache> set, ClusterCache cache)
    {
        set(cache);
        _objects[(kind, key)] = (set, false);
    }

    private (string Kind, ObjectKey Key, Action<ClusterCache> Set) Next()
    {
        var meta = new V1ObjectMeta
        {
            Name = Pick(Names),
            NamespaceProperty = Pick(Namespaces),
            CreationTimestamp = Chance(5) ? null : new DateTime(2026, 1, 1 + _random.Next(3), 0, 0, 0, DateTimeKind.Utc),
        };
        var key = new ObjectKey(meta.NamespaceProperty, meta.Name);
        switch (_random.Next(10))
        {
            case < 4:
                var ingress = new V1Ingress { Metadata = meta, Spec = IngressSpec() };
                if (Chance(6))
                    meta.Annotations = new() { ["kubernetes.io/ingress.class"] = Pick(["yarp", "nginx", ""]) };
                if (Chance(2))
                    Annotate(meta.Annotations ??= []);
                return ("Ingress", key, c => c.Set(ingress));
            case 4:
                var service = new V1Service { Metadata = meta, Spec = ServiceSpec() };
                return ("Service", key, c => c.Set(service));
            case 5 or 6:
                var slice = Slice(meta);
                return ("EndpointSlice", new ObjectKey(key.Namespace, slice.Metadata.Name!), c => c.Set(slice));
            case 7:
                var endpoints = new V1Endpoints
                {
                    Metadata = meta,
                    Subsets = [new V1EndpointSubset { Addresses = [new V1EndpointAddress { Ip = $"10.9.0.{_random.Next(3)}" }], Ports = [new Corev1EndpointPort { Name = "http", Port = 8080 }] }],
                };
                return ("Endpoints", key, c => c.Set(endpoints));
            case 8:
                var (certificate, privateKey) = Pick(Pems);
                var secret = TestCertificates.FromPem(meta.Name, certificate, privateKey);
                secret.Metadata = meta;
                return ("Secret", key, c => c.Set(secret));
            default:
                var name = Pick(["yarp", "nginx"]);
                var ingressClass = new V1IngressClass
                {
                    Metadata = new V1ObjectMeta
                    {
                        Name = name,
                        Annotations = Chance(3) ? new() { ["ingressclass.kubernetes.io/is-default-class"] = "true" } : null,
                    },
                    Spec = new V1IngressClassSpec
                    {
                        Controller = Pick(["yarp-ingress.dev/controller", "yarp-ingress.dev/controller", "example.com/other"]),
                    },
                };
                return ("IngressClass", new ObjectKey("", name), c => c.Set(ingressClass));
        }
    }

    private V1IngressSpec IngressSpec() => new()
    {
        IngressClassName = Pick(Classes),
        DefaultBackend = Chance(3) ? Backend() : null,
        Rules = Chance(8) ? null : Many(4, () => new V1IngressRule
        {
            Host = Pick(Hosts),
            Http = Chance(8) ? null : new V1HTTPIngressRuleValue
            {
                Paths = Many(4, () => new V1HTTPIngressPath { Path = Pick(Paths), PathType = Pick(PathTypes), Backend = Backend() }),
            },
        }),
        Tls = Chance(2) ? null : Many(3, () => new V1IngressTLS
        {
            SecretName = Chance(6) ? null : Pick(Names),
            Hosts = Chance(3) ? null : Many(3, () => Pick(Hosts)),
        }),
    };

    /// <summary>What reaches beyond the routes of the Ingress: to neighbours on its hosts, and to other hosts.</summary>
    private void Annotate(IDictionary<string, string> annotations)
    {
        (string Name, string[] Values)[] known =
        [
            ("server-alias", ["c.test", "d.test, a.example.com", "*.example.com, e.test", "~^f[0-9]", "b.example.com"]),
            ("from-to-www-redirect", ["true"]), ("use-regex", ["true"]), ("rewrite-target", ["/a", "/$1"]), ("app-root", ["/x", "/y"]),
            ("ssl-redirect", ["false"]), ("force-ssl-redirect", ["true"]), ("permanent-redirect", ["https://example.com"]),
        ];
        for (var count = 1 + _random.Next(3); count > 0; count--)
        {
            var (name, values) = Pick(known);
            annotations[$"nginx.ingress.kubernetes.io/{name}"] = Pick(values);
        }
    }

    private V1IngressBackend Backend() => Chance(12)
        ? new V1IngressBackend { Resource = new V1TypedLocalObjectReference { Kind = "Bucket", Name = "x" } }
        : new V1IngressBackend
        {
            Service = new V1IngressServiceBackend
            {
                Name = Pick(Names),
                Port = Chance(2) ? new V1ServiceBackendPort { Number = Pick([80, 81, 8080]) } : new V1ServiceBackendPort { Name = "http" },
            },
        };

    private V1ServiceSpec ServiceSpec() => Chance(6)
        ? new V1ServiceSpec { Type = "ExternalName", ExternalName = Pick(["up.example.net", "localhost"]) }
        : new V1ServiceSpec
        {
            Ports = Many(3, () => new V1ServicePort
            {
                Name = Pick(["http", "other", ""]),
                Port = Pick([80, 81]),
                TargetPort = Chance(2) ? 8080 : null,
                AppProtocol = Pick([null, null, "https", "h2c", "odd"]),
                Protocol = Pick([null, "TCP", "UDP"]),
            }),
        };

    private V1EndpointSlice Slice(V1ObjectMeta meta)
    {
        meta.Labels = new() { ["kubernetes.io/service-name"] = Pick(Names) };
        meta.Name = $"{Pick(Names)}-{_random.Next(2)}";
        return new V1EndpointSlice
        {
            Metadata = meta,
            AddressType = Pick(["IPv4", "IPv4", "IPv6"]),
            Ports = Many(
                2, () => new Discoveryv1EndpointPort { Name = Pick(["http", "other", null]), Port = Pick<int?>([8080, 8081, null]) }),
            Endpoints = Many(3, () => new V1Endpoint
            {
                Addresses = [$"10.1.0.{_random.Next(4)}"],
                Conditions = new V1EndpointConditions
                {
                    Ready = Pick<bool?>([true, false, null]),
                    Serving = Pick<bool?>([true, null]),
                    Terminating = Pick<bool?>([true, null]),
                },
            }),
        };
    }

    private List<T> Many<T>(int most, Func<T> make) => [.. Enumerable.Range(0, _random.Next(most + 1)).Select(_ => make())];

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];
}
