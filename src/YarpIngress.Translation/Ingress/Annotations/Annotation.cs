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
    string Name, AnnotationRisk Risk, string Values, string Default, string Doc, Func<RoutePolicies, string, RoutePolicies> Set);

/// <summary>What a tenant can do with an annotation to others, as ingress-nginx rates it.</summary>
public enum AnnotationRisk
{
    /// <summary>Nothing.</summary>
    Low,

    /// <summary>Use up what is shared.</summary>
    Medium,

    /// <summary>Send requests where they should not go.</summary>
    High,
}
