using System.Globalization;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Controllers.Kubelet;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>Keeps the one node's object: made at the start, and again when it is gone.</summary>
internal sealed class NodeRegistration
{
    private const string Manager = "kubelet";
    private static readonly ObjectKey Key = new("", LocalKubelet.NodeName);
    private readonly ApiOperations _api;
    private readonly ClusterObjects _objects;
    private readonly AddressBlock _block;
    private readonly WorkQueue _queue;

    public NodeRegistration(
        ApiOperations api, ClusterObjects objects, ClusterChanges changes, AddressBlock block, ILogger<NodeRegistration> log)
    {
        _api = api;
        _objects = objects;
        _block = block;
        _queue = new WorkQueue("node registration", Reconcile, objects.Time, log);
        changes.On(ResourceCatalog.Nodes, NodeChanged);
        changes.OnRestart(() => _queue.Add(Key));
    }

    /// <summary>Makes the node, before anything else happens in the cluster.</summary>
    public void Register() => Reconcile(Key);

    public Task RunAsync(CancellationToken cancel) => _queue.RunAsync(cancel);

    private void NodeChanged(StoredObject? before, StoredObject? after)
    {
        if (after is null && before?.ObjectKey == Key)
            _queue.Add(Key);
    }

    private TimeSpan? Reconcile(ObjectKey key)
    {
        if (_objects.Find(ResourceCatalog.Nodes, key) is not null)
            return null;
        var created = _api.Create(ResourceCatalog.Nodes, null, Node(), WriteOptions.Default with { FieldManager = Manager });
        _objects.ModifyStatus(Manager, created, WriteStatus);
        return null;
    }

    private JsonObject Node() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject
        {
            ["name"] = Key.Name,
            ["labels"] = new JsonObject
            {
                ["kubernetes.io/hostname"] = Key.Name,
                ["kubernetes.io/os"] = "linux",
                ["kubernetes.io/arch"] = Architecture,
                ["node-role.kubernetes.io/control-plane"] = "",
            },
        },
        ["spec"] = new JsonObject { ["podCIDR"] = _block.Pods.ToString(), ["podCIDRs"] = new JsonArray(_block.Pods.ToString()) },
    };

    private static string Architecture =>
        System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64
            ? "arm64"
            : "amd64";

    private void WriteStatus(JsonObject node)
    {
        var status = node.Ensure("status");
        JsonObject Size() => new()
        {
            ["cpu"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["memory"] = $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024}Ki",
            ["pods"] = "16381",
        };
        status["capacity"] = Size();
        status["allocatable"] = Size();
        status["addresses"] = new JsonArray(
            new JsonObject { ["type"] = "InternalIP", ["address"] = _block.Node.ToString() },
            new JsonObject { ["type"] = "Hostname", ["address"] = Key.Name });
        status["nodeInfo"] = new JsonObject
        {
            ["architecture"] = Architecture,
            ["operatingSystem"] = "linux",
            ["osImage"] = System.Runtime.InteropServices.RuntimeInformation.OSDescription,
            ["kernelVersion"] = Environment.OSVersion.Version.ToString(),
            ["kubeletVersion"] = "v1.32.0-local",
            ["kubeProxyVersion"] = "v1.32.0-local",
            ["containerRuntimeVersion"] = "echo://1",
            ["machineID"] = "",
            ["systemUUID"] = "",
            ["bootID"] = "",
        };
        var now = _objects.Now;
        (string Type, string Reason)[] pressures =
        [
            ("MemoryPressure", "KubeletHasSufficientMemory"),
            ("DiskPressure", "KubeletHasNoDiskPressure"),
            ("PIDPressure", "KubeletHasSufficientPID"),
        ];
        foreach (var (type, reason) in pressures)
            Conditions.Set(status, type, "False", reason, null, now)["lastHeartbeatTime"] = now.Timestamp();
        Conditions.Set(status, "Ready", "True", "KubeletReady", "echo pods can run", now)["lastHeartbeatTime"] = now.Timestamp();
    }
}
