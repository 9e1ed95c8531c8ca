using YarpIngress.Kubernetes;

namespace YarpIngress.Controller.Following;

/// <summary>One followed kind, or what a flag names of it.</summary>
/// <remarks>
/// A kind that is not vital must not keep everything else from going live where it may not be read: its informer ends by
/// <see cref="IsRefused"/>, the controller goes on without, and it is asked for again after a while.
/// </remarks>
/// <param name="name">Plural of the kind, with what is special about it.</param>
/// <param name="health">How its informer does.</param>
/// <param name="follow">Runs its informer until that is cancelled, or ends by <see cref="IsRefused"/>.</param>
/// <param name="onGivenUp">Called when it is given up.</param>
/// <param name="log">Says so.</param>
/// <param name="time">The clock.</param>
internal sealed partial class FollowedKind(
    string name, Func<InformerHealth> health, Func<CancellationToken, Task> follow, Action onGivenUp, ILogger<FollowedKind> log,
    TimeProvider time)
{
    /// <summary>What is shown of one that is given up.</summary>
    public const string GivenUp = "may not be read, and the controller goes on without";

    // Rights may come a while after the controller. An API server that goes on refusing is not asked all the time: that would look
    // like an outage to whoever counts errors.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private volatile bool _wasRefused;

    /// <summary>Plural of the kind, with what is special about it.</summary>
    public string Name => name;

    /// <summary>How its informer does.</summary>
    public InformerHealth Health => health();

    /// <summary>Whether it may not be read, and the controller goes on without; false again when it may.</summary>
    public bool IsGivenUp => _wasRefused && !Health.HasSynced;

    /// <summary>Ends the informer of a kind that is not vital. Once all was read, what is known of it stays in use.</summary>
    /// <param name="error">What the API server answers now.</param>
    /// <param name="health">How the informer did until now.</param>
    /// <param name="most">How many failures there have to be.</param>
    public static bool IsRefused(ApiException error, InformerHealth health, int most) =>
        !health.HasSynced && health.Failures + 1 >= most && error.StatusCode is 403 or 404;

    /// <summary>Follows it until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        for (var pause = FirstPause; ; pause = 2 * pause < LongestPause ? 2 * pause : LongestPause)
        {
            try
            {
                await follow(ct);
                return;
            }
            catch (ApiException error)
            {
                GiveUp(error);
            }
            await Task.Delay(pause, time, ct);
        }
    }

    private void GiveUp(ApiException error)
    {
        if (_wasRefused)
            return;
        Log.Unreadable(log, Name, error.Message);
        _wasRefused = true;
        onGivenUp();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "May not read {Kind}, going on without: {Error}", EventName = "KindUnreadable")]
        public static partial void Unreadable(ILogger log, string kind, string error);
    }
}
