using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Model;

/// <summary>
/// How much each client may ask of an Ingress, all of its hosts and paths together, and how fast answers are sent. Counted by each
/// replica for itself.
/// </summary>
public sealed record LimitPolicy
{
    /// <summary>Answers below this rate are taken from pods at their own pace, since no pod waits so long for each piece.</summary>
    public const int SlowRate = 32 * 1024;

    /// <summary>Of those that say nothing.</summary>
    public static LimitPolicy None { get; } = new();

    /// <summary><c>limit-connections</c>: how many requests a client may have open at once; 0 for any number.</summary>
    public int Connections { get; init; }

    /// <summary><c>limit-rps</c>: requests a second; 0 for any number.</summary>
    public int RequestsPerSecond { get; init; }

    /// <summary><c>limit-rpm</c>: requests a minute; 0 for any number.</summary>
    public int RequestsPerMinute { get; init; }

    /// <summary><c>limit-burst-multiplier</c>: so many times the rate may come at once, and one more.</summary>
    public int BurstMultiplier { get; init; } = 5;

    /// <summary><c>limit-allowlist</c>: clients that have no limits.</summary>
    public AddressList Exempt { get; init; } = AddressList.None;

    /// <summary>
    /// <c>limit-conn-zone-variable</c>: what a client is told by, who has no limits where it is empty; null is its address.
    /// </summary>
    public VariableText? Key { get; init; }

    /// <summary><c>limit-req-status-code</c>: the answer to requests above a rate.</summary>
    public int RequestStatus { get; init; } = 503;

    /// <summary><c>limit-conn-status-code</c>: the answer to requests above <see cref="Connections"/>.</summary>
    public int ConnectionStatus { get; init; } = 503;

    /// <summary><c>limit-rate</c>: bytes of an answer's body a second; 0 for any number.</summary>
    public long AnswerRate { get; init; }

    /// <summary><c>limit-rate-after</c>: bytes that are sent at full speed before.</summary>
    public long AnswerRateAfter { get; init; }

    /// <summary>Whether any request is refused.</summary>
    public bool LimitsRequests => Connections > 0 || RequestsPerSecond > 0 || RequestsPerMinute > 0;

    /// <summary>Whether anything is done at all.</summary>
    public bool IsUsed => LimitsRequests || AnswerRate > 0;
}
