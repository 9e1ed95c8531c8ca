using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>An annotation that an Ingress may carry under one of our prefixes.</summary>
/// <param name="Name">Without prefix.</param>
/// <param name="Risk">What a tenant can do with it to others.</param>
/// <param name="Values">What is allowed, for people.</param>
/// <param name="Default">What applies without it, or when its value is not allowed; for people.</param>
/// <param name="Doc">What it does to a request; one sentence.</param>
/// <param name="Set">Reads a value into the policies; throws <see cref="FormatException"/> for what is not allowed.</param>
public sealed record Annotation(
    string Name, AnnotationRisk Risk, string Values, string Default, string Doc,
    Func<RoutePolicies, string, AnnotationSource, RoutePolicies> Set)
{
    /// <summary>One whose value says it all.</summary>
    public Annotation(
        string name, AnnotationRisk risk, string values, string byDefault, string doc, Func<RoutePolicies, string, RoutePolicies> set)
        : this(name, risk, values, byDefault, doc, (policies, text, _) => set(policies, text))
    {
    }

    /// <summary>What it acts on.</summary>
    public AnnotationScope Scope { get; init; }

    /// <summary>Other names for the same; the first that an Ingress carries counts.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether it is YARP's own dialect, and so is understood under our own prefix only.</summary>
    public bool OwnOnly { get; init; }

    /// <summary>Annotations of ingress-nginx that set the same thing; where an Ingress has both, this one wins.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Whether a value that is not allowed closes the Ingress's routes, since it was meant to protect them.</summary>
    public bool FailsClosed { get; init; }

    /// <summary>What such a value answers instead, for people.</summary>
    public string ClosedAnswer { get; init; } = "requests answer 503";

    /// <summary>Closes what such a value was to protect; told the annotation as the Ingress has it.</summary>
    public Func<RoutePolicies, string, RoutePolicies> Closes { get; init; } = (policies, key) => policies with { Denied = key };

    /// <summary>What differs from ingress-nginx, for people; null when nothing does.</summary>
    public string? Difference { get; init; }

    /// <summary>A value that does something, for the documentation and its tests.</summary>
    public string? Example { get; init; }
}

/// <summary>What a tenant can do with an annotation to others, as ingress-nginx rates it.</summary>
public enum AnnotationRisk
{
    /// <summary>Nothing.</summary>
    Low,

    /// <summary>Use up what is shared.</summary>
    Medium,

    /// <summary>Send requests where they should not go.</summary>
    High,

    /// <summary>Run or load what was written.</summary>
    Critical,
}
