using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Options;
using YarpIngress.Translation.Backends;

namespace YarpIngress.Controller;

/// <summary>
/// Finds out on which node, and in which zone, this replica runs: by its pod, once. Until then every endpoint is as near.
/// </summary>
internal sealed partial class OwnPlace(
    ApiClient api, ControllerOptions options, ControllerLoop loop, ILogger<OwnPlace> log, TimeProvider time)
{
    private const string ZoneLabel = "topology.kubernetes.io/zone";
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (options is { PodName: { } name, PodNamespace: { } @namespace })
            await FindAsync(new ObjectKey(@namespace, name), ct);
        else
            Log.NoPod(log);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, ct);
    }

    private async Task FindAsync(ObjectKey pod, CancellationToken ct)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                if ((await api.GetAsync<V1Pod>(pod.Namespace, pod.Name, ct)).Spec?.NodeName is { Length: > 0 } node)
                {
                    var zone = (await api.GetAsync<V1Node>(null, node, ct)).Metadata.Labels?.GetValueOrDefault(ZoneLabel);
                    loop.Post("", null, cache => cache.SetPlace(new Place(node, zone)));
                    Log.Found(log, node, zone ?? "unknown");
                    return;
                }
                Log.Unknown(log, $"pod {pod} has no node");
            }
            catch (ApiException error)
            {
                Log.Unknown(log, error.Message);
            }
            await Task.Delay(pause, time, ct);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information,
            "This replica runs on node {Node}, zone {Zone}; endpoints are chosen by it", EventName = "PlaceKnown")]
        public static partial void Found(ILogger log, string node, string zone);

        [LoggerMessage(2, LogLevel.Warning,
            "--enable-topology-aware-routing has no effect without the variables POD_NAME and POD_NAMESPACE",
            EventName = "PlaceUnknowable")]
        public static partial void NoPod(ILogger log);

        [LoggerMessage(3, LogLevel.Warning,
            "Where this replica runs is not known yet, and --enable-topology-aware-routing has no effect until it is: {Why}",
            EventName = "PlaceUnknown")]
        public static partial void Unknown(ILogger log, string why);
    }
}
