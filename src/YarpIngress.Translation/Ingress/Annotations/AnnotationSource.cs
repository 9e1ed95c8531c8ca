using YarpIngress.Kubernetes;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Where the annotations that are being read come from.</summary>
/// <param name="Ingress">Whose they are.</param>
/// <param name="Values">All of its annotations.</param>
/// <param name="Settings">What the flags say.</param>
/// <param name="Problems">Where to report what is wrong with them.</param>
public sealed record AnnotationSource(
    ObjectKey Ingress, IReadOnlyDictionary<string, string> Values, TranslationSettings Settings, ProblemList Problems)
{
    private readonly List<ObjectUse> _objects = [];

    /// <summary>The global settings.</summary>
    public GlobalSettings Global { get; init; } = new();

    /// <summary>The ConfigMaps and Secrets that annotations name.</summary>
    public IReadOnlyList<ObjectUse> Objects => _objects;

    /// <summary>
    /// The ConfigMap or Secret that the annotation <paramref name="name"/> names, which is followed from now on. What is in
    /// it belongs into <see cref="PolicyResolution"/>.
    /// </summary>
    /// <exception cref="FormatException">It is no name, or one of another namespace, which is not allowed.</exception>
    public ObjectKey Named(NamedKind kind, string name, string text)
    {
        var key = ObjectName.Parse(kind, text, Ingress.Namespace);
        if (key.Namespace != Ingress.Namespace && !Global.AllowCrossNamespace)
            throw new FormatException(
                $"must name a {kind} of the Ingress's own namespace, since allow-cross-namespace-resources is not set");
        _objects.Add(new ObjectUse(new NamedObject(kind, key), Field(name)));
        return key;
    }

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
