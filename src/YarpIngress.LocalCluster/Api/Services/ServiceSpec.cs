using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Services;

/// <summary>The parts of a Service's spec that allocation reads and writes.</summary>
internal readonly struct ServiceSpec(JsonObject service)
{
    private const string Headless = "None";

    public JsonObject Json { get; } = service["spec"] as JsonObject ?? [];

    public string Type => ObjectMetadata.AsText(Json["type"]) ?? "ClusterIP";

    public bool IsExternalName => Type == "ExternalName";

    public bool IsHeadless => !IsExternalName && ClusterIp == Headless;

    /// <summary>Whether it is reached under an address of its own.</summary>
    public bool NeedsClusterIp => !IsExternalName && ClusterIp != Headless;

    public bool NeedsNodePorts =>
        Type == "NodePort" || (
            Type == "LoadBalancer" && (Json["allocateLoadBalancerNodePorts"] is not JsonValue allocate || allocate.ToString() != "false"));

    public string? ClusterIp => ObjectMetadata.AsText(Json["clusterIP"]) is { Length: > 0 } address ? address : FirstOf("clusterIPs");

    public IEnumerable<JsonObject> Ports => (Json["ports"] as JsonArray)?.OfType<JsonObject>() ?? [];

    public static int NodePort(JsonObject port) => (int)(ObjectMetadata.AsNumber(port["nodePort"]) ?? 0);

    public static (string Protocol, long Port) Identity(JsonObject port) =>
        (ObjectMetadata.AsText(port["protocol"]) ?? "TCP", ObjectMetadata.AsNumber(port["port"]) ?? 0);

    public void SetClusterIp(string? address)
    {
        if (address is null)
        {
            Json.Remove("clusterIP");
            Json.Remove("clusterIPs");
            return;
        }
        Json["clusterIP"] = address;
        Json["clusterIPs"] = new JsonArray(address);
    }

    private string? FirstOf(string name) => Json[name] is JsonArray { Count: > 0 } list ? ObjectMetadata.AsText(list[0]) : null;
}
