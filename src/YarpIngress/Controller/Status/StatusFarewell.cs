using YarpIngress.Kubernetes;
using YarpIngress.Options;

namespace YarpIngress.Controller.Status;

/// <summary>Takes our addresses out of the statuses when the last replica stops, since nobody serves at them any more.</summary>
/// <param name="api">The API server.</param>
/// <param name="status">Writes the statuses.</param>
/// <param name="elector">Knows of a successor; null without election.</param>
/// <param name="options">Name our own pod.</param>
/// <param name="log">Says when it failed.</param>
/// <param name="time">The clock.</param>
internal sealed partial class StatusFarewell(
    ApiClient api, StatusWriter status, LeaderElector? elector, ControllerOptions options, ILogger<StatusFarewell> log, TimeProvider time)
{
    // What the API server may take up of a shutdown when it does not answer.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Clears them, unless there is another replica.</summary>
    public async Task ClearAsync(CancellationToken hurry)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, hurry);
        try
        {
            if (elector is not null && await elector.HasSuccessorAsync(limit.Token))
                return;
            if (options is { PodName: { } name, PodNamespace: { } @namespace }
                && await ControllerPods.HasOthersAsync(api, new ObjectKey(@namespace, name), limit.Token))
                return;
            await status.ClearAsync(limit.Token);
        }
        catch (Exception error) when (error is ApiException or OperationCanceledException)
        {
            Log.NotCleared(log, error.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Ingress statuses could not be cleared: {Error}", EventName = "StatusNotCleared")]
        public static partial void NotCleared(ILogger log, string error);
    }
}
