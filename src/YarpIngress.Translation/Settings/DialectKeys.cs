namespace YarpIngress.Translation.Settings;

/// <summary>Policies that YARP's dialect refers to by name.</summary>
public static class DialectKeys
{
    internal static readonly IReadOnlyList<GlobalKey> All =
    [
        PolicyMap.OfValues(
            "timeout-policies", "YAML map of names and times as 00:00:10",
            "Timeouts that the annotation timeout-policy refers to. A key of ours.",
            (fields, name) => fields.Time(name) ?? throw fields.Wrong(name, "must be a time as 00:00:10"),
            (named, policies) => named with { Timeouts = policies }),
        PolicyMap.Key(
            "cors-policies", "AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders, AllowCredentials and MaxAge",
            "What other sites' pages may do, that the annotation cors-policy refers to. A key of ours.",
            (_, fields) => CorsPolicies.Read(fields), (named, policies) => named with { Cors = policies }),
        PolicyMap.Key(
            "rate-limiter-policies",
            "Type, PermitLimit, Window, SegmentsPerWindow, TokenLimit, TokensPerPeriod, ReplenishmentPeriod, QueueLimit, "
            + "QueueProcessingOrder, PartitionBy and RejectionStatusCode",
            "Limiters that the annotation rate-limiter-policy refers to. A key of ours.",
            RateLimiterPolicies.Read, (named, policies) => named with { RateLimiters = policies }),
        PolicyMap.Key(
            "output-cache-policies", "Expiration, VaryByQuery, VaryByHeader, MaximumBodySize, AllowCookies and Locking",
            "Caches that the annotation output-cache-policy refers to. A key of ours.",
            OutputCachePolicies.Read, (named, policies) => named with { OutputCaches = policies }),
        PolicyMap.Key(
            "authorization-policies", "RequireAuthenticatedUser, Users, CertificateSubjects, RequireClaims, Networks and Methods",
            "Rules of who may use a route, that the annotation authorization-policy refers to. A key of ours.",
            AuthorizationPolicies.Read, (named, policies) => named with { Authorizations = policies }),
    ];

    /// <summary>Whether a key holds definitions, which do nothing until an annotation refers to one of them.</summary>
    public static bool IsDefinitions(string key) => All.Any(definitions => definitions.Name == key);
}
