using System.Net;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Security;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api;

/// <summary>What a cluster has from the start: the built-in namespaces and roles, and the API server's own Service.</summary>
internal static class Bootstrap
{
    private static readonly WriteOptions Options = new() { FieldManager = "kube-apiserver" };

    public static void Create(ApiOperations api, IPEndPoint server)
    {
        foreach (var name in NamespaceRules.BuiltIn)
            api.Create(ResourceCatalog.Namespaces, null, Named(name), Options);
        BootstrapRoles.Create(api, Options);
        CreateApiServerService(api, server);
    }

    private static void CreateApiServerService(ApiOperations api, IPEndPoint server)
    {
        const string name = "kubernetes";
        var service = Named(name);
        service["metadata"]!["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = name };
        service["spec"] = new JsonObject
        {
            ["clusterIP"] = api.State.Services.ApiServerAddress.ToString(),
            ["type"] = "ClusterIP",
            ["ports"] = new JsonArray(
                new JsonObject { ["name"] = "https", ["protocol"] = "TCP", ["port"] = 443, ["targetPort"] = server.Port }),
        };
        api.Create(ResourceCatalog.Services, "default", service, Options);

        var slice = Named(name);
        slice["metadata"]!["labels"] = new JsonObject { ["kubernetes.io/service-name"] = name };
        slice["addressType"] = "IPv4";
        slice["endpoints"] = new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray(server.Address.ToString()),
            ["conditions"] = new JsonObject { ["ready"] = true },
        });
        slice["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["protocol"] = "TCP", ["port"] = server.Port });
        api.Create(ResourceCatalog.EndpointSlices, "default", slice, Options);

        var endpoints = Named(name);
        endpoints["metadata"]!["labels"] = new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" };
        endpoints["subsets"] = new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["ip"] = server.Address.ToString() }),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = server.Port, ["protocol"] = "TCP" }),
        });
        api.Create(ResourceCatalog.Endpoints, "default", endpoints, Options);
    }

    private static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };
}
