using System.Net;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Gateway;

/// <summary>
/// The Services in front of the ingress controller in this process, so that clients come in as in a cluster: node port
/// or load balancer → gateway → pod.
/// </summary>
/// <remarks>They have no selector: the controller is no pod, and its endpoints are written by hand.</remarks>
internal static class GatewayServices
{
    public const string Namespace = "yarp-ingress";
    private static readonly WriteOptions Options = new() { FieldManager = "local-cluster" };

    public static ObjectKey NodePort { get; } = new(Namespace, "yarp-ingress-nodeport");

    public static ObjectKey LoadBalancer { get; } = new(Namespace, "yarp-ingress");

    /// <summary>The ConfigMap of global settings, under the chart's name for it.</summary>
    public static ObjectKey Settings { get; } = new(Namespace, "yarp-ingress");

    public static ObjectKey TcpServices { get; } = new(Namespace, "tcp-services");

    public static ObjectKey UdpServices { get; } = new(Namespace, "udp-services");

    /// <summary>Makes the Services and the IngressClass, unless they are there.</summary>
    /// <param name="api">The API.</param>
    /// <param name="lowPorts">Whether this process may listen on ports 80 and 443, as a load balancer does; else it has 8080 and
    /// 8443.</param>
    /// <param name="controllerClass">Controller of the IngressClass <c>yarp</c>.</param>
    public static void CreateServices(ApiOperations api, bool lowPorts, string controllerClass)
    {
        if (api.Find(ResourceCatalog.IngressClasses, null, "yarp") is null)
        {
            var ingressClass = new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = "yarp" },
                ["spec"] = new JsonObject { ["controller"] = controllerClass },
            };
            api.Create(ResourceCatalog.IngressClasses, null, ingressClass, Options);
        }

        if (api.Find(ResourceCatalog.Namespaces, null, Namespace) is null)
            api.Create(
                ResourceCatalog.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } }, Options);
        Create(api, LoadBalancer, "LoadBalancer", lowPorts);
        Create(api, NodePort, "NodePort", lowPorts);
    }

    public static void SetEndpoints(ApiOperations api, IPAddress address, int http, int https)
    {
        SetEndpoints(api, LoadBalancer, address, http, https);
        SetEndpoints(api, NodePort, address, http, https);
    }

    private static void Create(ApiOperations api, ObjectKey key, string type, bool lowPorts)
    {
        if (api.Find(ResourceCatalog.Services, key.Namespace, key.Name) is not null)
            return;
        var service = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = key.Name, ["labels"] = Labels() },
            ["spec"] = new JsonObject
            {
                ["type"] = type,
                ["externalTrafficPolicy"] = "Local",
                ["ports"] = new JsonArray(
                    new JsonObject { ["name"] = "http", ["port"] = lowPorts ? 80 : 8080, ["targetPort"] = 8080 },
                    new JsonObject { ["name"] = "https", ["port"] = lowPorts ? 443 : 8443, ["targetPort"] = 8443 }),
            },
        };
        api.Create(ResourceCatalog.Services, key.Namespace, service, Options);
    }

    private static void SetEndpoints(ApiOperations api, ObjectKey key, IPAddress address, int http, int https)
    {
        var slice = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = key.Name,
                ["labels"] = new JsonObject
                {
                    ["kubernetes.io/service-name"] = key.Name,
                    ["endpointslice.kubernetes.io/managed-by"] = "local-cluster",
                },
            },
            ["addressType"] = "IPv4",
            ["endpoints"] = new JsonArray(new JsonObject
            {
                ["addresses"] = new JsonArray(address.ToString()),
                ["conditions"] = new JsonObject { ["ready"] = true },
                ["nodeName"] = "local",
            }),
            ["ports"] = new JsonArray(Port("http", http), Port("https", https)),
        };
        if (api.Find(ResourceCatalog.EndpointSlices, key.Namespace, key.Name) is null)
        {
            api.Create(ResourceCatalog.EndpointSlices, key.Namespace, slice, Options);
            return;
        }

        api.Modify(
            ResourceCatalog.EndpointSlices,
            key.Namespace,
            key.Name,
            current =>
            {
                current["endpoints"] = slice["endpoints"]!.DeepClone();
                current["ports"] = slice["ports"]!.DeepClone();
            },
            Options);
    }

    private static JsonObject Port(string name, int port) => new() { ["name"] = name, ["port"] = port, ["protocol"] = "TCP" };

    private static JsonObject Labels() => new() { ["app.kubernetes.io/name"] = "yarp-ingress" };
}
