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
        Named("authorization-policy", "Which requests are let through; anonymous lets all.", ["anonymous"]),
        Named("rate-limiter-policy", "How many requests are let through; disable lets all.", ["disable"]),
        Named("output-cache-policy", "Which answers are kept.", []),
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
            "Shown with the route in translate; nothing else is done with it.",
            (policies, text) => policies with { Metadata = MetadataOf(text) })
        {
            OwnOnly = true,
            Example = "Tenant: orange\n",
        },
    ];

    private static Annotation Named(string name, string doc, IReadOnlyList<string> known) =>
        new(name, AnnotationRisk.Medium, known.Count == 0 ? "a name" : $"{string.Join(", ", known)} or a name", "none", doc,
            (policies, text) => known.Contains(text.Trim(), StringComparer.OrdinalIgnoreCase)
                ? policies
                : throw new FormatException(
                    $"must be a policy that is known: {(known.Count == 0 ? "there is none in this version" : string.Join(", ", known))}"))
        {
            OwnOnly = true,
            FailsClosed = true,
            Example = known.Count == 0 ? null : known[0],
            Difference = "no policies can be defined in this version, so that any name answers 503",
        };

    private static RoutePolicies SetCors(RoutePolicies policies, string text)
    {
        var name = text.Trim();
        if (name.Equals("disable", StringComparison.OrdinalIgnoreCase))
            return policies with { Cors = null };
        return policies.Named.Cors.FirstOrDefault(one => one.Name == name) is { } found
            ? policies with { Cors = found.Policy }
            : throw Unknown("cors-policies", policies.Named.Cors.Select(one => one.Name));
    }

    private static FormatException Unknown(string key, IEnumerable<string> names) =>
        new($"must be a name in the ConfigMap's {key}: {Quoted.List([.. names.DefaultIfEmpty("there is none")])}");

    private static RoutePolicies SetTimeout(RoutePolicies policies, string text)
    {
        var name = text.Trim();
        if (name.Equals("disable", StringComparison.OrdinalIgnoreCase))
            return policies with { Timeout = null };
        foreach (var one in policies.Named.Timeouts)
            if (one.Name == name)
                return policies with { Timeout = one.Timeout };
        throw Unknown("timeout-policies", policies.Named.Timeouts.Select(one => one.Name));
    }

    private static EquatableArray<MetadataItem> MetadataOf(string text)
    {
        var fields = DialectFields.Map(text);
        return fields.Names.ToList().Select(name => new MetadataItem(name, fields.Required(name))).ToEquatableArray();
    }
}
