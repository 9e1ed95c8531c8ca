using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Options;

namespace YarpIngress.Controller.Status;

/// <summary>
/// Keeps the <see cref="StatusWriter"/> told of the addresses to publish: fixed ones from a flag, those of the publish
/// Service as it changes, or those of the nodes that run the controller. A publish Service of type NodePort without external
/// addresses is reached at the nodes too; where they can't be read it is published with its cluster address, as by ingress-nginx.
/// </summary>
internal sealed partial class PublishedAddresses(
    ApiClient api, ControllerOptions options, StatusWriter writer, ILogger<PublishedAddresses> log, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _nodesWanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private V1Service? _service;
    private IReadOnlyList<StatusAddress>? _nodes;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (options.PublishStatusAddresses.Count > 0)
            writer.SetAddresses(StatusAddresses.Ordered(options.PublishStatusAddresses.Select(StatusAddress.Of)));
        else if (options.PublishService is { } service)
            await Task.WhenAll(FollowServiceAsync(service, ct), FollowNodesOnDemandAsync(ct));
        else if (options is { PodName: { } name, PodNamespace: { } @namespace })
            await FollowPodsAsync(new ObjectKey(@namespace, name), nodes =>
            {
                if (nodes.Count > 0)
                    writer.SetAddresses(nodes);
            }, ct);
        else
            Log.Nothing(log);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, ct);
    }

    private Task FollowServiceAsync(ObjectKey key, CancellationToken ct)
    {
        var seen = false;
        var informer = new Informer<V1Service>(
            api,
            new() { Namespace = key.Namespace, FieldSelector = "metadata.name=" + key.Name },
            change =>
            {
                seen |= change.Type != InformerEventType.Synced;
                if (change is { Type: InformerEventType.Added or InformerEventType.Modified, Object: { } service })
                    Publish(() => _service = service);
                else if (change.Type == InformerEventType.Deleted)
                    Unknown(key, "it does not exist any more");
                else if (change.Type == InformerEventType.Synced && !seen)
                    Unknown(key, "it does not exist");
                else if (change.Malformed is { } malformed)
                    Unknown(key, malformed.Error);
            },
            log,
            time);
        return informer.RunAsync(ct);
    }

    private async Task FollowNodesOnDemandAsync(CancellationToken ct)
    {
        await _nodesWanted.Task.WaitAsync(ct);
        if (options is not { PodName: { } name, PodNamespace: { } @namespace })
            Publish(() => _nodes = []);
        else
            await FollowPodsAsync(new ObjectKey(@namespace, name), nodes => Publish(() => _nodes = nodes), ct);
    }

    private void Publish(Action change)
    {
        lock (_lock)
        {
            change();
            if (_service is not { } service)
                return;
            var atNodes = service.Spec is { Type: "NodePort", ExternalIPs: not { Count: > 0 } };
            if (atNodes)
                _nodesWanted.TrySetResult();
            if (!atNodes || _nodes is { Count: 0 })
                writer.SetAddresses(StatusAddresses.OfService(service));
            else if (_nodes is { } nodes)
                writer.SetAddresses(nodes);
        }
    }

    private void Unknown(ObjectKey key, string why)
    {
        Log.ServiceUnknown(log, key, why);
        lock (_lock)
            _service = null;
        writer.SetAddresses(null);
    }

    /// <summary>Follows the nodes that run the replicas; none while they can't be read.</summary>
    private async Task FollowPodsAsync(ObjectKey self, Action<IReadOnlyList<StatusAddress>> publish, CancellationToken ct)
    {
        string? selector;
        while (true)
        {
            try
            {
                selector = await ControllerPods.SelectorAsync(api, self, ct);
                break;
            }
            catch (ApiException error)
            {
                Log.PodUnknown(log, self, error.Message);
                Unreadable(error, publish);
                await Task.Delay(RetryPause, time, ct);
            }
        }
        if (selector is null)
        {
            Log.PodUnknown(log, self, "it has no labels by which to find the other replicas");
            publish([]);
            return;
        }

        var changed = new SemaphoreSlim(1, 1);
        var pods = new Dictionary<ObjectKey, V1Pod>();
        var informer = new Informer<V1Pod>(api, new() { Namespace = self.Namespace, LabelSelector = selector }, change =>
        {
            lock (pods)
            {
                if (change is { Type: InformerEventType.Added or InformerEventType.Modified, Object: { } pod })
                    pods[ObjectKey.Of(pod)] = pod;
                else if (change.Key is { } gone)
                    pods.Remove(gone);
                if (changed.CurrentCount == 0)
                    changed.Release();
            }
        }, log, time);
        var running = informer.RunAsync(ct);
        while (!ct.IsCancellationRequested)
        {
            // Nodes hardly ever change their addresses; five minutes are soon enough when one does.
            await changed.WaitAsync(TimeSpan.FromMinutes(5), ct);
            if (informer.HasSynced)
                await PublishNodesAsync(pods, publish, ct);
        }
        await running;
    }

    private async Task PublishNodesAsync(
        Dictionary<ObjectKey, V1Pod> pods, Action<IReadOnlyList<StatusAddress>> publish, CancellationToken ct)
    {
        List<V1Pod> current;
        lock (pods)
            current = [.. pods.Values];
        try
        {
            var nodes = new Dictionary<string, V1Node>();
            foreach (var name in current.Select(pod => pod.Spec?.NodeName).OfType<string>().Distinct())
                nodes[name] = await api.GetAsync<V1Node>(null, name, ct);
            var addresses = StatusAddresses.OfNodes(current, nodes.GetValueOrDefault, options.ReportNodeInternalIpAddress);
            // None is no news: while all replicas start, what was published goes on being right.
            if (addresses.Count > 0)
                publish(addresses);
        }
        catch (ApiException error)
        {
            Log.NodesUnknown(log, error.Message);
            Unreadable(error, publish);
        }
    }

    // What fails for another reason, as while the API server is away, changes nothing of what is published.
    private static void Unreadable(ApiException error, Action<IReadOnlyList<StatusAddress>> publish)
    {
        if (error.StatusCode is 403 or 404)
            publish([]);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information,
            "Ingress status is not written: there is neither --publish-service nor --publish-status-address, "
            + "and without $POD_NAME and $POD_NAMESPACE no nodes to publish",
            EventName = "StatusOff")]
        public static partial void Nothing(ILogger log);

        [LoggerMessage(2, LogLevel.Warning,
            "The publish Service {Service} has no addresses to publish, statuses stay as they are: {Reason}",
            EventName = "PublishServiceUnknown")]
        public static partial void ServiceUnknown(ILogger log, ObjectKey service, string reason);

        [LoggerMessage(3, LogLevel.Warning,
            "Our pod {Pod} does not tell which nodes to publish, they are not published: {Error}", EventName = "PodUnknown")]
        public static partial void PodUnknown(ILogger log, ObjectKey pod, string error);

        [LoggerMessage(4, LogLevel.Warning,
            "The nodes to publish can't be read, they are not published: {Error}", EventName = "NodesUnknown")]
        public static partial void NodesUnknown(ILogger log, string error);
    }
}
