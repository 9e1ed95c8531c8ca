using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>
/// YARP's dialect: policies by name, and what a whole request may take. A name that nobody defined closes the routes: nobody knows
/// what it was to protect.
/// </summary>
internal static class DialectPolicyAnnotations
{
    public static readonly IReadOnlyList<Annotation> All =
    [
        new("authorization-policy", AnnotationRisk.Medium,
            "a name in the ConfigMap's authorization-policies, default, or anonymous", "none",
            "Which of the clients that the Ingress's other checks let in may use it; others are answered 403. default lets in "
            + "whom a login, an authentication service or a client certificate vouches for, anonymous anybody.",
            SetAuthorization)
        {
            OwnOnly = true,
            FailsClosed = true,
            Example = "anonymous",
        },
        new("rate-limiter-policy", AnnotationRisk.Medium, "a name in the ConfigMap's rate-limiter-policies, or disable", "none",
            "How many requests are let through, by each replica and Ingress; disable lets all. Holds beside the limit-* annotations.",
            SetRateLimiter)
        {
            OwnOnly = true,
            FailsClosed = true,
            Example = "disable",
        },
        new("output-cache-policy", AnnotationRisk.Medium, "a name in the ConfigMap's output-cache-policies, or disable", "none",
            "Which answers are kept, by each replica and route, and given to others who ask for the same; disable keeps none.",
            SetOutputCache)
        {
            OwnOnly = true,
            FailsClosed = true,
            Example = "disable",
        },
        new("cors-policy", AnnotationRisk.Medium, "a name in the ConfigMap's cors-policies, or disable", "none",
            "What other sites' pages may do; disable leaves it to the endpoints.",
            SetCors)
        {
            OwnOnly = true,
            FailsClosed = true,
            Overrides = ["enable-cors"],
            Example = "disable",
        },
        new("timeout", AnnotationRisk.Low, "time as 00:00:10", "none",
            "How long a request may take as a whole before it answers 504; an upgraded connection may stay.",
            (policies, text) => policies with { Timeout = DialectFields.TimeOf(text) })
        {
            OwnOnly = true,
            Example = "00:00:30",
        },
        new("timeout-policy", AnnotationRisk.Low, "a name in the ConfigMap's timeout-policies, or disable", "none",
            "The timeout of that name.",
            SetTimeout)
        {
            OwnOnly = true,
            FailsClosed = true,
            Example = "disable",
        },
        new("route-metadata", AnnotationRisk.Low, "YAML map of texts", "none",
            "Shown with the route in translate and explain, and in access logs as $route_metadata_…; nothing else is done with it.",
            (policies, text) => policies with { Metadata = MetadataOf(text) })
        {
            OwnOnly = true,
            Example = "Tenant: orange\n",
        },
    ];

    private static RoutePolicies SetAuthorization(RoutePolicies policies, string text) => text.Trim() switch
    {
        var name when Is(name, "anonymous") => policies with { Authorization = null },
        var name when Is(name, "default") && policies.Named.Authorizations.All(one => one.Name != name) && !IsBroken(policies, name) =>
            policies with { Authorization = AuthorizationPolicy.Default },
        var name => policies with { Authorization = Find(policies, "authorization-policies", policies.Named.Authorizations, name) },
    };

    private static RoutePolicies SetRateLimiter(RoutePolicies policies, string text) => policies with
    {
        RateLimiter = IsOff(text) ? null : Find(policies, "rate-limiter-policies", policies.Named.RateLimiters, text.Trim()),
    };

    private static RoutePolicies SetOutputCache(RoutePolicies policies, string text) => policies with
    {
        OutputCache = IsOff(text) ? null : Find(policies, "output-cache-policies", policies.Named.OutputCaches, text.Trim()),
    };

    private static RoutePolicies SetCors(RoutePolicies policies, string text) =>
        policies with { Cors = IsOff(text) ? null : Find(policies, "cors-policies", policies.Named.Cors, text.Trim()) };

    private static RoutePolicies SetTimeout(RoutePolicies policies, string text) =>
        policies with { Timeout = IsOff(text) ? null : Find(policies, "timeout-policies", policies.Named.Timeouts, text.Trim()) };

    private static bool IsOff(string text) => Is(text.Trim(), "disable");

    private static bool Is(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static bool IsBroken(RoutePolicies policies, string name) =>
        policies.Named.Broken.Any(one => one.Key == "authorization-policies" && one.Name == name);

    private static T Find<T>(RoutePolicies policies, string key, EquatableArray<NamedPolicy<T>> known, string name)
    {
        foreach (var one in known)
            if (one.Name == name)
                return one.Policy;
        foreach (var one in policies.Named.Broken)
            if (one.Key == key && one.Name == name)
                throw new FormatException($"must be a policy that is right, and that of the ConfigMap's {key} {one.Error}");
        throw new FormatException(
            $"must be a name in the ConfigMap's {key}: {Quoted.List([.. known.Select(one => one.Name).DefaultIfEmpty("there is none")])}");
    }

    private static EquatableArray<MetadataItem> MetadataOf(string text)
    {
        var fields = DialectFields.Map(text);
        return fields.Names.ToList().Select(name => new MetadataItem(name, fields.Required(name))).ToEquatableArray();
    }
}
