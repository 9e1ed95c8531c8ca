namespace YarpIngress.Layer4.Streams;

/// <summary>Bounds of all TCP and UDP ports together.</summary>
internal sealed record StreamLimits
{
    /// <summary>TCP connections at once; one more is closed.</summary>
    public int MostConnections { get; init; } = 32_768;

    /// <summary>UDP sessions at once; for one more that of the port's clients ends which was silent for longest.</summary>
    public int MostSessions { get; init; } = 16_384;
}
