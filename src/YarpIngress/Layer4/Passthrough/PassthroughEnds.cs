namespace YarpIngress.Layer4.Passthrough;

/// <summary>How ends are labelled.</summary>
internal static class PassthroughEnds
{
    /// <summary>All that there are.</summary>
    public static readonly IReadOnlyList<PassthroughEnd> All = Enum.GetValues<PassthroughEnd>();

    /// <summary>As nginx says it in the log of connections.</summary>
    public static int Status(PassthroughEnd end) => end switch
    {
        PassthroughEnd.Refused => StatusCodes.Status403Forbidden,
        PassthroughEnd.NoPod => StatusCodes.Status502BadGateway,
        PassthroughEnd.TooMany => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status200OK,
    };

    /// <summary>The label value.</summary>
    public static string Label(PassthroughEnd end) => end switch
    {
        PassthroughEnd.Closed => "closed",
        PassthroughEnd.ClientBroke => "client_broke",
        PassthroughEnd.PodBroke => "pod_broke",
        PassthroughEnd.Idle => "idle",
        PassthroughEnd.Stopped => "stopped",
        PassthroughEnd.Refused => "refused",
        PassthroughEnd.TooMany => "too_many",
        PassthroughEnd.NoPod => "no_pod",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };
}
