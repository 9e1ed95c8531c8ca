using System.Text.Json.Serialization.Metadata;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>One kind of the API: where it is served and how its JSON is decoded.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">API version, such as <c>v1</c>.</param>
/// <param name="Kind">Kind, such as <c>Ingress</c>.</param>
/// <param name="Plural">Resource name in paths, such as <c>ingresses</c>.</param>
/// <param name="Namespaced">Whether objects live in a namespace.</param>
/// <param name="JsonType">Source-generated JSON contract.</param>
public sealed record ResourceType<T>(string Group, string Version, string Kind, string Plural, bool Namespaced, JsonTypeInfo<T> JsonType)
    where T : class, IKubernetesObject<T>
{
    /// <summary><c>group/version</c>, or the version alone for the core group.</summary>
    public string ApiVersion { get; } = Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Path of the collection in a namespace, of the whole cluster when <paramref name="namespaceName"/> is null.</summary>
    public string CollectionPath(string? namespaceName)
    {
        var root = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
        return Namespaced && namespaceName is not null
            ? $"{root}/namespaces/{Uri.EscapeDataString(namespaceName)}/{Plural}"
            : $"{root}/{Plural}";
    }

    /// <summary>Path of one object.</summary>
    public string ObjectPath(string? namespaceName, string name) => $"{CollectionPath(namespaceName)}/{Uri.EscapeDataString(name)}";
}
