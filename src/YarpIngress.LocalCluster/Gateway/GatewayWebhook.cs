using System.Net;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.Options;

namespace YarpIngress.LocalCluster.Gateway;

/// <summary>The admission webhook of the ingress controller in this process, registered as the chart does it.</summary>
internal static class GatewayWebhook
{
    private const string Name = "yarp-ingress-admission";
    private const string PortName = "https-webhook";
    private static readonly WriteOptions Options = new() { FieldManager = "local-cluster" };

    /// <summary>Options with a webhook whose certificate the controller makes.</summary>
    public static ControllerOptions In(ControllerOptions options) => options with
    {
        ValidatingWebhook = "127.0.0.1:0",
        ValidatingWebhookSecret = new ObjectKey(GatewayServices.Namespace, Name),
        ValidatingWebhookConfiguration = Name,
    };

    /// <summary>Makes its Secret, Service and ValidatingWebhookConfiguration; the namespace has to be there.</summary>
    public static void Register(ApiOperations api)
    {
        Create(api, ResourceCatalog.Secrets, Named());
        var service = Named();
        service["spec"] = new JsonObject
        {
            ["ports"] = new JsonArray(new JsonObject { ["name"] = PortName, ["port"] = 443, ["targetPort"] = 9443 }),
        };
        Create(api, ResourceCatalog.Services, service);
        var configuration = Named();
        configuration["webhooks"] = new JsonArray(new JsonObject
        {
            ["name"] = "validate.yarp-ingress.dev",
            ["clientConfig"] = new JsonObject
            {
                ["service"] = new JsonObject
                {
                    ["name"] = Name,
                    ["namespace"] = GatewayServices.Namespace,
                    ["path"] = "/networking/v1/ingresses",
                },
            },
            ["rules"] = new JsonArray(new JsonObject
            {
                ["apiGroups"] = new JsonArray("networking.k8s.io"),
                ["apiVersions"] = new JsonArray("v1"),
                ["operations"] = new JsonArray("CREATE", "UPDATE"),
                ["resources"] = new JsonArray("ingresses"),
            }),
            ["failurePolicy"] = "Ignore",
            ["sideEffects"] = "None",
            ["admissionReviewVersions"] = new JsonArray("v1"),
        });
        Create(api, ResourceCatalog.ValidatingWebhookConfigurations, configuration);
    }

    /// <summary>Says where the controller answers.</summary>
    public static void SetEndpoint(ApiOperations api, int port)
    {
        var slice = Named();
        slice["metadata"]!["labels"] = new JsonObject { ["kubernetes.io/service-name"] = Name };
        slice["addressType"] = "IPv4";
        slice["endpoints"] = new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray(IPAddress.Loopback.ToString()),
            ["conditions"] = new JsonObject { ["ready"] = true },
        });
        slice["ports"] = new JsonArray(new JsonObject { ["name"] = PortName, ["port"] = port, ["protocol"] = "TCP" });
        Create(api, ResourceCatalog.EndpointSlices, slice);
    }

    // What was applied at the start may hold it.
    private static void Create(ApiOperations api, ResourceInfo resource, JsonObject value)
    {
        var ns = resource.Namespaced ? GatewayServices.Namespace : null;
        if (api.Find(resource, ns, Name) is null)
            api.Create(resource, ns, value, Options);
    }

    private static JsonObject Named() => new() { ["metadata"] = new JsonObject { ["name"] = Name } };
}
