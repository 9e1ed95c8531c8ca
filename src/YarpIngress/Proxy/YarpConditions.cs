using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using YarpIngress.Translation.Model;

namespace YarpIngress.Proxy;

/// <summary>What routes ask for, and how endpoints are checked, in YARP's own records.</summary>
internal static class YarpConditions
{
    /// <summary>The headers; null for none.</summary>
    public static IReadOnlyList<RouteHeader>? Headers(RouteConditions? conditions) => conditions is not { Headers.Count: > 0 }
        ? null
        : [.. conditions.Headers.Select(one => new RouteHeader
        {
            Name = one.Name,
            Values = one.Values.Count == 0 ? null : [.. one.Values],
            IsCaseSensitive = one.IsCaseSensitive,
            Mode = one.Mode switch
            {
                ValueMatch.Exact => HeaderMatchMode.ExactHeader,
                ValueMatch.Prefix => HeaderMatchMode.HeaderPrefix,
                ValueMatch.Contains => HeaderMatchMode.Contains,
                ValueMatch.NotContains => HeaderMatchMode.NotContains,
                ValueMatch.Exists => HeaderMatchMode.Exists,
                _ => HeaderMatchMode.NotExists,
            },
        })];

    /// <summary>The query parameters; null for none. YARP has no word for one that must not be there: that one is ours alone.</summary>
    public static IReadOnlyList<RouteQueryParameter>? QueryParameters(RouteConditions? conditions) =>
        conditions?.QueryParameters.Where(one => one.Mode is not ValueMatch.NotExists).ToList() is not { Count: > 0 } said
            ? null
            : [.. said.Select(one => new RouteQueryParameter
            {
                Name = one.Name,
                Values = one.Values.Count == 0 ? null : [.. one.Values],
                IsCaseSensitive = one.IsCaseSensitive,
                Mode = one.Mode switch
                {
                    ValueMatch.Exact => QueryParameterMatchMode.Exact,
                    ValueMatch.Prefix => QueryParameterMatchMode.Prefix,
                    ValueMatch.Contains => QueryParameterMatchMode.Contains,
                    ValueMatch.NotContains => QueryParameterMatchMode.NotContains,
                    _ => QueryParameterMatchMode.Exists,
                },
            })];

    /// <summary>How endpoints are checked; null leaves it to the cluster.</summary>
    public static HealthCheckConfig? HealthCheck(HealthCheckPolicy? policy) => policy is null
        ? null
        : new HealthCheckConfig
        {
            AvailableDestinationsPolicy = policy.Available,
            Active = policy.Active is not { } active
                ? null
                : new ActiveHealthCheckConfig
                {
                    Enabled = true,
                    Interval = active.Interval,
                    Timeout = active.Timeout,
                    Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                    Path = active.Path,
                },
            Passive = policy.Passive is not { } passive
                ? null
                : new PassiveHealthCheckConfig
                {
                    Enabled = true,
                    Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate,
                    ReactivationPeriod = passive.Reactivation,
                },
        };
}
