namespace YarpIngress.Layer4;

/// <summary>How long a relayed connection may stand still.</summary>
/// <param name="Idle">For so long no byte may move in either direction: nginx's <c>proxy_timeout</c>.</param>
/// <param name="DrainIdle">The same once the gateway stops: who is in the middle of something may go on.</param>
internal readonly record struct RelayLimits(TimeSpan Idle, TimeSpan DrainIdle)
{
    /// <summary>nginx's ten minutes, and some seconds while the gateway stops.</summary>
    public static RelayLimits Default { get; } = new(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(5));
}
