using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Pods;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;
using DeleteOptions = YarpIngress.LocalCluster.Api.DeleteOptions;

namespace YarpIngress.LocalCluster.Controllers.Kubelet;

/// <summary>Scheduler and kubelet of the one node: runs every pod as an echo server and writes its status.</summary>
/// <remarks>
/// The kubelet writes a pod's status on its own transitions only: started, port problem come or gone, readiness gate come true or false,
/// ended. When somebody else has changed the phase, the address or one of the kubelet's own conditions since, then the status is theirs:
/// the pod goes on running, but the kubelet writes its status no more. A pod that names another node is left alone altogether, as are
/// those of <see cref="ControllerPods"/>.
/// </remarks>
internal sealed partial class LocalKubelet : IAsyncDisposable
{
    public const string NodeName = "local";
    private const string Manager = "kubelet";
    private static readonly TimeSpan PortRetry = TimeSpan.FromSeconds(1);

    private readonly ClusterObjects _objects;
    private readonly ClusterEvents _events;
    private readonly EchoServer _echo;
    private readonly AddressPool _addresses;
    private readonly string _nodeIP;
    private readonly ILogger _log;
    private readonly WorkQueue _queue;
    private readonly ConcurrentDictionary<ObjectKey, RunningPod> _pods = new();
    private readonly ConcurrentDictionary<Task, byte> _endings = new();

    public LocalKubelet(
        ClusterObjects objects, ClusterEvents events, ClusterChanges changes, EchoServer echo, AddressBlock block, AddressPool addresses,
        ILogger<LocalKubelet> log)
    {
        _objects = objects;
        _events = events;
        _echo = echo;
        _addresses = addresses;
        _nodeIP = block.Node.ToString();
        _log = log;
        _queue = new WorkQueue(Manager, Reconcile, objects.Time, log);
        changes.On(ResourceCatalog.Pods, _queue.Add);
        changes.On(ResourceCatalog.Services, ServiceChanged);
        changes.OnRestart(() =>
        {
            foreach (var key in _pods.Keys)
                _queue.Add(key);
        });
    }

    public Task RunAsync(CancellationToken cancel) => _queue.RunAsync(cancel);

    /// <summary>Sees to it that a pod listens where its Services lead, before anybody learns of it.</summary>
    public void Prepare(PodView pod)
    {
        if (_pods.TryGetValue(pod.Key, out var running) && running.Uid == pod.Uid)
            Listen(running, pod);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var key in _pods.Keys)
            Kill(key);
        await Task.WhenAll(_endings.Keys);
    }

    private void ServiceChanged(StoredObject? before, StoredObject? after)
    {
        var selectors = new[] { before, after }.OfType<StoredObject>().Select(service => _objects.Service(service).Spec?.Selector).ToList();
        foreach (var pod in _objects.Pods((after ?? before)!.Namespace))
        {
            if (selectors.Any(selector => Selector.Takes(selector, pod.Labels)))
                _queue.Add(pod.Key);
        }
    }

    private TimeSpan? Reconcile(ObjectKey key)
    {
        var source = _objects.Find(ResourceCatalog.Pods, key);
        if (_pods.TryGetValue(key, out var running) && running.Uid != source?.Uid)
        {
            Kill(key);
            running = null;
        }

        if (source is null)
            return null;
        var pod = _objects.View(source);
        if (pod.NodeName is not (null or NodeName) || ControllerPods.Runs(source))
            return null;
        if (pod.IsDeleting)
        {
            End(pod, running);
            return null;
        }

        if (pod.IsOver)
        {
            Kill(key);
            return null;
        }

        if (pod.NodeName is null && Schedule(source) is { } scheduled)
            (source, pod) = (scheduled, _objects.View(scheduled));
        running ??= Start(pod);
        if (running is null)
            return PortRetry;
        Listen(running, pod);
        WriteStatus(running, source);
        return running.Problem is null ? null : PortRetry;
    }

    private StoredObject? Schedule(StoredObject pod)
    {
        var scheduled = _objects.Modify("kube-scheduler", pod, value => value.Ensure("spec")["nodeName"] = NodeName);
        if (scheduled is not null)
            _events.Normal("default-scheduler", scheduled, "Scheduled", $"Successfully assigned {pod.Namespace}/{pod.Name} to {NodeName}");
        return scheduled;
    }

    private RunningPod? Start(PodView pod)
    {
        if (_addresses.Take() is not { } address)
        {
            _events.Warning(
                Manager, pod.Source, "FailedCreatePodSandBox",
                $"No free address in {_addresses.Network} for the pod: it stays Pending until another pod is gone.");
            return null;
        }

        var json = pod.Source.ToJson();
        var echo = _echo.Start(
            new PodIdentity(pod.Key.Namespace, pod.Key.Name, Variable(json, "SERVICE_NAME"), Variable(json, "INGRESS_NAME") ?? ""),
            address);
        var running = new RunningPod(pod.Uid, echo);
        echo.ServiceOf = running.ServiceOf;
        _pods[pod.Key] = running;
        foreach (var container in json.ItemsAt("spec", "containers"))
            _events.Normal(Manager, pod.Source, "Started", $"Started container {container.TextAt("name")} as an echo server on {address}");
        return running;
    }

    /// <summary>Listens on all ports that the pod should, and notes which it can't have.</summary>
    private void Listen(RunningPod running, PodView pod)
    {
        lock (running)
        {
            if (running.Listen(PodPorts.Of(pod, _objects.ServicesSelecting(pod.Key.Namespace, pod.Labels))) is not { } problem)
                return;
            _events.Warning(
                Manager, pod.Source, "PortUnavailable",
                $"{problem}. The pod is not ready until it can be bound; it is tried again every second.");
            Log.PortUnavailable(_log, pod.Key, problem);
        }
    }

    private void WriteStatus(RunningPod running, StoredObject source)
    {
        if (PodStatus.Fingerprint(source.ToJson().ObjectAt("status")) != running.WrittenStatus)
            running.StatusIsForeign = true;
        if (running.StatusIsForeign)
            return;
        var now = _objects.Now;
        var (written, foreign) = (running.WrittenStatus, false);
        // Runs again when another writer was faster, so it decides by what it finds and not by what it did before.
        _objects.ModifyStatus(Manager, source, pod =>
        {
            foreign = PodStatus.Fingerprint(pod.ObjectAt("status")) != running.WrittenStatus;
            if (foreign)
                return;
            PodStatus.Write(pod, _nodeIP, running.Echo.Address.ToString(), new ContainerState(running.Problem), now);
            written = PodStatus.Fingerprint(pod.ObjectAt("status"));
        });
        (running.WrittenStatus, running.StatusIsForeign) = (written, foreign);
    }

    private void End(PodView pod, RunningPod? running)
    {
        if (running is null)
            _objects.Delete(pod.Source, DeleteOptions.Now);
        else if (running.Ending is null)
            Track(EndAsync(pod, running, running.Ending = new CancellationTokenSource()));
    }

    private async Task EndAsync(PodView pod, RunningPod running, CancellationTokenSource ending)
    {
        var grace = GracePeriod.Of(pod.Source.ToJson());
        _events.Normal(Manager, pod.Source, "Killing", $"Stopping the echo server; it serves for {grace.Serving.TotalSeconds} s more");
        await Task.Delay(grace.Serving, _objects.Time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ending.IsCancellationRequested)
            return;
        await running.Echo.StopAsync(grace.Finishing);
        _pods.TryRemove(pod.Key, out _);
        _addresses.Free(running.Echo.Address);
        _objects.ModifyStatus(Manager, pod.Source, value =>
        {
            if (value.At("metadata", "finalizers") is JsonArray { Count: > 0 })
                PodStatus.WriteEnded(value, _objects.Now);
        });
        _objects.Delete(pod.Source, DeleteOptions.Now);
    }

    /// <summary>Ends a pod at once: its object is gone.</summary>
    private void Kill(ObjectKey key)
    {
        if (!_pods.TryRemove(key, out var running))
            return;
        running.Ending?.Cancel();
        _addresses.Free(running.Echo.Address);
        Track(running.Echo.StopAsync(TimeSpan.Zero));
    }

    private void Track(Task ending)
    {
        _endings[ending] = 0;
        _ = ending.ContinueWith(
            done => _endings.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static string? Variable(JsonObject pod, string name) => pod.ItemsAt("spec", "containers")
        .SelectMany(container => container.ItemsAt("env"))
        .FirstOrDefault(variable => variable.TextAt("name") == name)
        .TextAt("value");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Pod {Pod} is not ready: {Problem}")]
        public static partial void PortUnavailable(ILogger logger, ObjectKey pod, string problem);
    }
}
