using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>Namespace and name of an object; the namespace is empty for cluster-scoped kinds.</summary>
public readonly record struct ObjectKey(string Namespace, string Name) : IComparable<ObjectKey>
{
    /// <summary>The key of <paramref name="value"/>.</summary>
    public static ObjectKey Of(IKubernetesObject value) => new(value.Metadata.NamespaceProperty ?? "", value.Metadata.Name ?? "");

    /// <inheritdoc/>
    public int CompareTo(ObjectKey other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary><c>namespace/name</c>, or the name alone for cluster-scoped kinds.</summary>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
