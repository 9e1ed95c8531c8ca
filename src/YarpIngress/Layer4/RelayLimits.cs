namespace YarpIngress.Layer4;

/// <summary>How long a relayed connection may stand still.</summary>
/// <param name="Idle">For so long no byte may move in either direction: nginx's <c>proxy_timeout</c>.</param>
/// <param name="DrainIdle">The same once the gateway stops: who is in the middle of something may go on.</param>
/// <param name="TornIdle">The same once a side has broken off: the other one still takes what was said before.</param>
internal readonly record struct RelayLimits(TimeSpan Idle, TimeSpan DrainIdle, TimeSpan TornIdle)
{
    /// <summary>nginx's ten minutes, some seconds while the gateway stops, and half a minute for last words.</summary>
    public static RelayLimits Default { get; } = new(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
}
