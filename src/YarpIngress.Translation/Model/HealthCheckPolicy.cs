using System.Globalization;

namespace YarpIngress.Translation.Model;

/// <summary><c>health-check</c>: how the gateway itself finds out which endpoints can't serve, beside what the cluster says.</summary>
/// <param name="Active">By asking; null does not.</param>
/// <param name="Passive">By what becomes of requests; null does not.</param>
/// <param name="Available">YARP's policy for which endpoints are taken; null is <c>HealthyAndUnknown</c>.</param>
public sealed record HealthCheckPolicy(ActiveHealthCheck? Active, PassiveHealthCheck? Passive, string? Available)
{
    /// <summary>As a part of a backend's name.</summary>
    public override string ToString() =>
        string.Join(' ', new[] { "health", Active?.ToString(), Passive?.ToString(), Available }.OfType<string>());
}

/// <summary>Requests of the gateway's own to each endpoint.</summary>
/// <param name="Interval">Between two; default 15 s.</param>
/// <param name="Timeout">For an answer; default 10 s.</param>
/// <param name="Path">Path; default <c>/</c>.</param>
public sealed record ActiveHealthCheck(TimeSpan Interval, TimeSpan Timeout, string? Path)
{
    /// <summary>As a part of a backend's name.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"active {Interval.TotalSeconds}s/{Timeout.TotalSeconds}s {Path ?? "/"}");
}

/// <summary>Endpoints that clients' requests fail at too often are left out for a while.</summary>
/// <param name="Reactivation">For how long; null is 60 s.</param>
public sealed record PassiveHealthCheck(TimeSpan? Reactivation)
{
    /// <summary>As a part of a backend's name.</summary>
    public override string ToString() =>
        Reactivation is { } time ? string.Create(CultureInfo.InvariantCulture, $"passive {time.TotalSeconds}s") : "passive";
}
