using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;
using DeleteOptions = YarpIngress.LocalCluster.Api.DeleteOptions;

namespace YarpIngress.LocalCluster.Controllers.Kubelet;

/// <summary>
/// The kubelet's part for the one image that is there: a pod of <c>yarp-ingress</c>, whatever its registry and tag, is a process of
/// the ingress controller at the pod's address. So the chart's manifests run, are rolled out and scaled as in a cluster.
/// </summary>
/// <remarks>Only the first container runs, without volumes; the token of its service account is in a kubeconfig.</remarks>
internal sealed partial class ControllerPods : IAsyncDisposable
{
    private const string Manager = "kubelet";
    private const string Image = "yarp-ingress";

    // Has no variable of its own for the address without the port.
    private const string Webhook = "--validating-webhook=";
    private static readonly TimeSpan AddressRetry = TimeSpan.FromSeconds(1);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "yarp-ingress.dll");

    private readonly ClusterObjects _objects;
    private readonly ClusterEvents _events;
    private readonly AddressPool _addresses;
    private readonly string _nodeIP;
    private readonly Func<ObjectKey, string?>? _kubeconfig;
    private readonly ILogger _log;
    private readonly WorkQueue _queue;
    private readonly DirectoryInfo _logs = Directory.CreateTempSubdirectory("local-cluster-logs-");
    private readonly ConcurrentDictionary<ObjectKey, ControllerPod> _pods = new();
    private readonly ConcurrentDictionary<Task, byte> _endings = new();

    public ControllerPods(
        ClusterObjects objects, ClusterEvents events, ClusterChanges changes, AddressPool addresses, AddressBlock block,
        Func<ObjectKey, string?>? kubeconfig, ILogger<ControllerPods> log)
    {
        (_objects, _events, _addresses, _nodeIP, _kubeconfig, _log) =
            (objects, events, addresses, block.Node.ToString(), kubeconfig, log);
        _queue = new WorkQueue(Manager, Reconcile, objects.Time, log);
        changes.On(ResourceCatalog.Pods, _queue.Add);
        changes.OnRestart(() =>
        {
            foreach (var key in _pods.Keys)
                _queue.Add(key);
        });
    }

    /// <summary>Whether a pod's first container is an ingress controller.</summary>
    public static bool Runs(StoredObject pod)
    {
        JsonObject json = pod.ToJson();
        var image = json.ItemsAt("spec", "containers").FirstOrDefault().TextAt("image") ?? "";
        var name = image.Split('@')[0];
        name = name[(name.LastIndexOf('/') + 1)..];
        return name.Split(':')[0] == Image;
    }

    /// <summary>The file that a pod's log is in; null when it does not run.</summary>
    public string? LogFileOf(ObjectKey pod) => _pods.GetValueOrDefault(pod)?.Log;

    public Task RunAsync(CancellationToken cancel) => _queue.RunAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        foreach (var key in _pods.Keys)
            Kill(key);
        await Task.WhenAll(_endings.Keys);
        _logs.Delete(recursive: true);
    }

    private TimeSpan? Reconcile(ObjectKey key)
    {
        var source = _objects.Find(ResourceCatalog.Pods, key);
        if (_pods.TryGetValue(key, out var running) && running.Uid != source?.Uid)
        {
            Kill(key);
            running = null;
        }

        if (source is null || _kubeconfig is null || !Runs(source))
            return null;
        var pod = _objects.View(source);
        if (pod.NodeName is not (null or LocalKubelet.NodeName) || pod.IsOver)
            return null;
        if (pod.IsDeleting)
        {
            if (running is null)
                _objects.Delete(source, DeleteOptions.Now);
            else if (!running.IsEnding)
                Track(EndAsync(source, running));
            return null;
        }

        if (pod.NodeName is null)
            source = _objects.Modify("kube-scheduler", source, value => value.Ensure("spec")["nodeName"] = LocalKubelet.NodeName) ?? source;
        running ??= Start(key, source, _kubeconfig);
        if (running is null)
            return AddressRetry;
        WriteStatus(running, source);
        return null;
    }

    private ControllerPod? Start(ObjectKey key, StoredObject source, Func<ObjectKey, string?> kubeconfig)
    {
        JsonObject json = source.ToJson();
        if (Kubeconfig(key, json, kubeconfig) is not { } credentials)
            return null;
        if ((json.FlagAt("spec", "hostNetwork") ? System.Net.IPAddress.Parse(_nodeIP) : _addresses.Take()) is not { } address)
            return null;
        var container = json.ItemsAt("spec", "containers").First();
        var command = ContainerCommand.Of(json, container, address.ToString(), _nodeIP);
        command = command with
        {
            Arguments =
            [
                .. command.Arguments.Select(
                    argument => argument.Replace(Webhook + ":", $"{Webhook}{address}:", StringComparison.Ordinal)),
            ],
            Environment = new Dictionary<string, string>(command.Environment)
            {
                ["KUBECONFIG"] = credentials,
                // A pod of its own network could listen on all addresses.
                ["YARPINGRESS_BIND_ADDRESS"] = address.ToString(),
                ["YARPINGRESS_HEALTHZ_HOST"] = address.ToString(),
            },
        };
        var log = Path.Combine(_logs.FullName, $"{key.Namespace}_{key.Name}.log");
        var pod = _pods[key] = new ControllerPod(
            source.Uid, address, Program, command, ControllerPod.Probe(container, address), log, () => _queue.Add(key));
        _events.Normal(Manager, source, "Started", $"Started container {container.TextAt("name")} as a process on {address}, log in {log}");
        Log.Started(_log, key, address, log);
        return pod;
    }

    /// <summary>A file with the token of the pod's service account; null while there is no such account.</summary>
    private string? Kubeconfig(ObjectKey key, JsonObject pod, Func<ObjectKey, string?> kubeconfig)
    {
        var account = new ObjectKey(key.Namespace, pod.TextAt("spec", "serviceAccountName") ?? "default");
        if (kubeconfig(account) is not { } text)
            return null;
        var path = Path.Combine(_logs.FullName, $"{key.Namespace}_{key.Name}.kubeconfig");
        File.WriteAllText(path, text);
        return path;
    }

    private void WriteStatus(ControllerPod running, StoredObject source)
    {
        var state = running.State;
        JsonObject json = source.ToJson();
        if (json.ItemsAt("status", "containerStatuses").FirstOrDefault() is { } written
            && written.FlagAt("ready") == state.IsReady && written.TextAt("containerID") == state.Id)
        {
            return;
        }

        _objects.ModifyStatus(Manager, source, pod => PodStatus.Write(pod, _nodeIP, running.Address.ToString(), state, _objects.Now));
    }

    private async Task EndAsync(StoredObject source, ControllerPod running)
    {
        JsonObject json = source.ToJson();
        var grace = TimeSpan.FromSeconds(json.NumberAt("metadata", "deletionGracePeriodSeconds") ?? 30);
        _events.Normal(Manager, source, "Killing", $"Stopping the process; it has {grace.TotalSeconds} s");
        await running.StopAsync(grace);
        if (_pods.TryRemove(KeyValuePair.Create(source.ObjectKey, running)))
            await FreeAsync(running);
        _objects.Delete(source, DeleteOptions.Now);
    }

    /// <summary>Ends a pod at once: its object is gone, or the cluster ends.</summary>
    private void Kill(ObjectKey key)
    {
        if (_pods.TryRemove(key, out var running))
            Track(FreeAsync(running));
    }

    private async Task FreeAsync(ControllerPod running)
    {
        await running.DisposeAsync();
        // The node's own is nobody's to give away.
        if (running.Address.ToString() != _nodeIP)
            _addresses.Free(running.Address);
    }

    private void Track(Task ending)
    {
        _endings[ending] = 0;
        _ = ending.ContinueWith(
            done => _endings.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Pod {Pod} is a process on {Address}, its log is {File}")]
        public static partial void Started(ILogger logger, ObjectKey pod, System.Net.IPAddress address, string file);
    }
}
