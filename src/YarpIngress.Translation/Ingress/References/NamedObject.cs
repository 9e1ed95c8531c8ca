using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Ingress.References;

/// <summary>An object that is read only because an annotation or a setting names it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Key">Namespace and name.</param>
public readonly record struct NamedObject(NamedKind Kind, ObjectKey Key)
{
    /// <summary><c>Kind namespace/name</c>.</summary>
    public override string ToString() => $"{Kind} {Key}";
}

/// <summary>The kinds that annotations and settings may name.</summary>
public enum NamedKind
{
    /// <summary>A ConfigMap.</summary>
    ConfigMap,

    /// <summary>A Secret.</summary>
    Secret,
}

/// <summary>A place that names an object.</summary>
/// <param name="Object">Which.</param>
/// <param name="Field">The field that does, such as <c>metadata.annotations[…]</c>.</param>
public readonly record struct ObjectUse(NamedObject Object, string Field);
