using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Api.Services;

/// <summary>The parts of a Service's spec that allocation reads and writes.</summary>
internal readonly struct ServiceSpec(JsonObject service)
{
    private const string Headless = "None";

    public JsonObject Json { get; } = service["spec"] as JsonObject ?? [];

    public string Type => Json["type"].AsString() ?? "ClusterIP";

    public bool IsExternalName => Type == "ExternalName";

    public bool IsHeadless => !IsExternalName && ClusterIp == Headless;

    /// <summary>Whether it is reached under an address of its own.</summary>
    public bool NeedsClusterIp => !IsExternalName && ClusterIp != Headless;

    public bool NeedsNodePorts =>
        Type == "NodePort" || (
            Type == "LoadBalancer" && (Json["allocateLoadBalancerNodePorts"] is not JsonValue allocate || allocate.ToString() != "false"));

    public string? ClusterIp => Json["clusterIP"].AsString() is { Length: > 0 } address ? address : FirstOf("clusterIPs");

    public IEnumerable<JsonObject> Ports => (Json["ports"] as JsonArray)?.OfType<JsonObject>() ?? [];

    public static int NodePort(JsonObject port) => (int)(port["nodePort"].AsInteger() ?? 0);

    public static (string Protocol, long Port) Identity(JsonObject port) =>
        (port["protocol"].AsString() ?? "TCP", port["port"].AsInteger() ?? 0);

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

    private string? FirstOf(string name) => Json[name] is JsonArray { Count: > 0 } list ? list[0].AsString() : null;
}
