using System.Globalization;

namespace YarpIngress.Translation.Model;

/// <summary>When a request that an endpoint did not serve goes to another one.</summary>
/// <param name="Conditions"><c>proxy-next-upstream</c>: which failures.</param>
/// <param name="Tries"><c>proxy-next-upstream-tries</c>: how many endpoints at most, the first included; 0 for any number.</param>
/// <param name="Timeout"><c>proxy-next-upstream-timeout</c>: how long after the first try another one may begin; zero for ever.</param>
public sealed record NextUpstreamPolicy(NextUpstreamConditions Conditions, int Tries, TimeSpan Timeout)
{
    /// <summary>As ingress-nginx's: <c>error timeout</c>, three tries.</summary>
    public static NextUpstreamPolicy Default { get; } =
        new(NextUpstreamConditions.Error | NextUpstreamConditions.Timeout, Tries: 3, TimeSpan.Zero);

    /// <summary>Whether any answer of an endpoint counts as a failure; looked at with each of them.</summary>
    public bool IncludesStatuses => (Conditions & NextUpstreamConditions.AnyStatus) != 0;

    /// <summary>Whether an answer with this status is no answer.</summary>
    public bool Includes(int status) => status switch
    {
        403 => Conditions.HasFlag(NextUpstreamConditions.Http403),
        404 => Conditions.HasFlag(NextUpstreamConditions.Http404),
        429 => Conditions.HasFlag(NextUpstreamConditions.Http429),
        500 => Conditions.HasFlag(NextUpstreamConditions.Http500),
        502 => Conditions.HasFlag(NextUpstreamConditions.Http502),
        503 => Conditions.HasFlag(NextUpstreamConditions.Http503),
        504 => Conditions.HasFlag(NextUpstreamConditions.Http504),
        _ => false,
    };

    /// <summary>Conditions as in an enumeration, then what differs from the default.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Conditions.ToString().Replace(", ", " ", StringComparison.Ordinal)}{(Tries == 3 ? "" : $" tries {Tries}")}"
            + $"{(Timeout == TimeSpan.Zero ? "" : $" within {Timeout.TotalSeconds}s")}");
}

/// <summary>What counts as a failure of an endpoint, in the words of <c>proxy-next-upstream</c>.</summary>
[Flags]
public enum NextUpstreamConditions
{
    /// <summary><c>off</c>: nothing; the first endpoint is the last.</summary>
    Off = 0,

    /// <summary><c>error</c>: no connection, or one that broke before the head of the answer was there.</summary>
    Error = 1,

    /// <summary><c>timeout</c>: a timeout before the head of the answer was there.</summary>
    Timeout = 2,

    /// <summary><c>invalid_header</c>: an empty or invalid head.</summary>
    InvalidHeader = 4,

    /// <summary><c>http_500</c>.</summary>
    Http500 = 8,

    /// <summary><c>http_502</c>.</summary>
    Http502 = 16,

    /// <summary><c>http_503</c>.</summary>
    Http503 = 32,

    /// <summary><c>http_504</c>.</summary>
    Http504 = 64,

    /// <summary><c>http_403</c>.</summary>
    Http403 = 128,

    /// <summary><c>http_404</c>.</summary>
    Http404 = 256,

    /// <summary><c>http_429</c>.</summary>
    Http429 = 512,

    /// <summary>Every condition that is a status.</summary>
    AnyStatus = Http500 | Http502 | Http503 | Http504 | Http403 | Http404 | Http429,

    /// <summary><c>non_idempotent</c>: also POST, LOCK and PATCH that an endpoint may have acted on.</summary>
    NonIdempotent = 1024,
}
