using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Options;

namespace YarpIngress.Controller.Status;

/// <summary>
/// Keeps the <see cref="StatusWriter"/> told of the addresses to publish: fixed ones from a flag, those of the publish
/// Service as it changes, or those of the nodes that run the controller.
/// </summary>
internal sealed partial class PublishedAddresses(
    ApiClient api, ControllerOptions options, StatusWriter writer, ILogger<PublishedAddresses> log, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (options.PublishStatusAddresses.Count > 0)
            writer.SetAddresses(StatusAddresses.Ordered(options.PublishStatusAddresses.Select(StatusAddress.Of)));
        else if (options.PublishService is { } service)
            await FollowServiceAsync(service, ct);
        else if (options is { PodName: { } name, PodNamespace: { } @namespace })
            await FollowPodsAsync(new ObjectKey(@namespace, name), ct);
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
                    writer.SetAddresses(StatusAddresses.OfService(service));
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

    private void Unknown(ObjectKey key, string why)
    {
        Log.ServiceUnknown(log, key, why);
        writer.SetAddresses(null);
    }

    private async Task FollowPodsAsync(ObjectKey self, CancellationToken ct)
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
                await Task.Delay(RetryPause, time, ct);
            }
        }
        if (selector is null)
        {
            Log.PodUnknown(log, self, "it has no labels by which to find the other replicas");
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
                await PublishNodesAsync(pods, ct);
        }
        await running;
    }

    private async Task PublishNodesAsync(Dictionary<ObjectKey, V1Pod> pods, CancellationToken ct)
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
            if (addresses.Count > 0)
                writer.SetAddresses(addresses);
        }
        catch (ApiException error)
        {
            Log.NodesUnknown(log, error.Message);
        }
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
            "Our pod {Pod} does not tell which nodes to publish, statuses stay as they are: {Error}", EventName = "PodUnknown")]
        public static partial void PodUnknown(ILogger log, ObjectKey pod, string error);

        [LoggerMessage(4, LogLevel.Warning,
            "The nodes to publish can't be read, statuses stay as they are: {Error}", EventName = "NodesUnknown")]
        public static partial void NodesUnknown(ILogger log, string error);
    }
}
