namespace YarpIngress.Controller.Admission;

/// <summary>What the webhook's port takes. The API server is its only client, but whoever reaches the port can be one.</summary>
internal sealed record AdmissionLimits
{
    /// <summary>Most bytes of a review: an object and its former state, of at most 3 MiB each, and what is around them.</summary>
    public int Body { get; init; } = 8 << 20;

    /// <summary>Most reviews at a time; the body of a review is only read once it is one of them.</summary>
    public int Concurrent { get; init; } = 8;

    /// <summary>Most reviews that wait for their turn; more are answered with 429.</summary>
    public int Waiting { get; init; } = 100;

    /// <summary>How long a review may take: the longest that a webhook's configuration may say.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most connections.</summary>
    public int Connections { get; init; } = 256;
}
