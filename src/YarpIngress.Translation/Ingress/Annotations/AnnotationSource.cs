using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Where the annotations that are being read come from.</summary>
/// <param name="Ingress">Whose they are.</param>
/// <param name="Values">All of its annotations.</param>
/// <param name="Settings">What the flags say.</param>
/// <param name="Problems">Where to report what is wrong with them.</param>
public sealed record AnnotationSource(
    ObjectKey Ingress, IReadOnlyDictionary<string, string> Values, TranslationSettings Settings, ProblemList Problems)
{
    /// <summary>The key of an annotation as the Ingress has it, ours first; null when it is not there.</summary>
    public string? KeyOf(string name)
    {
        var own = $"{IngressAnnotations.OwnPrefix}/{name}";
        if (Values.ContainsKey(own))
            return own;
        var other = $"{Settings.AnnotationsPrefix}/{name}";
        return Values.ContainsKey(other) ? other : null;
    }

    /// <summary>The field of an annotation, for problems.</summary>
    public string Field(string name) => $"metadata.annotations[{KeyOf(name) ?? $"{Settings.AnnotationsPrefix}/{name}"}]";
}
