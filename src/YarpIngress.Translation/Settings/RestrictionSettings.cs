using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>What annotations may ask for at all.</summary>
public sealed record RestrictionSettings
{
    /// <summary><c>annotations-risk-level</c>: the riskiest annotations that are accepted.</summary>
    public AnnotationRisk MostRisk { get; init; } = AnnotationRisk.High;

    /// <summary><c>annotation-value-word-blocklist</c>: what no value may have in it, in this case.</summary>
    public EquatableArray<string> BlockedWords { get; init; }
}
