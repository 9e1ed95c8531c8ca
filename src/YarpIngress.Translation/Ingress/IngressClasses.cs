using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Translation.Ingress;

/// <summary>The IngressClasses of the cluster.</summary>
public sealed class IngressClasses
{
    /// <summary>Marks the class of Ingresses that name none.</summary>
    public const string DefaultAnnotation = "ingressclass.kubernetes.io/is-default-class";

    private readonly Dictionary<string, V1IngressClass> _byName = [];

    /// <summary>
    /// False when IngressClasses can't be read, as with a namespaced Role only, or when there are none to read, as in a
    /// directory of manifests: then an Ingress whose class is named like <c>--ingress-class</c> is ours.
    /// </summary>
    public bool Readable { get; set; } = true;

    /// <summary>
    /// The class of Ingresses that name none: of several marked as default the newest, then by name, as the API server
    /// chooses on creation.
    /// </summary>
    public V1IngressClass? Default { get; private set; }

    /// <summary>The class of that name.</summary>
    public V1IngressClass? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Adds or replaces a class. Returns whether the default class changed.</summary>
    public bool Set(V1IngressClass value)
    {
        _byName[value.Metadata.Name ?? ""] = value;
        return UpdateDefault(value.Metadata.Name);
    }

    /// <summary>Forgets a class. Returns whether the default class changed.</summary>
    public bool Remove(string name) => _byName.Remove(name) && UpdateDefault(name);

    private bool UpdateDefault(string? changed)
    {
        var before = Default;
        Default = _byName.Values
            .Where(c => c.Metadata.Annotations?.GetValueOrDefault(DefaultAnnotation) == "true")
            .OrderByDescending(c => c.Metadata.CreationTimestamp ?? DateTime.MinValue)
            .ThenBy(c => c.Metadata.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return before?.Metadata.Name != Default?.Metadata.Name || (Default is not null && Default.Metadata.Name == changed);
    }
}
