namespace YarpIngress.Kubernetes.Models;

/// <summary>An object of the Kubernetes API as it is read: only the fields that are used, under KubernetesClient's names.</summary>
/// <remarks>Objects are never changed once decoded: caches and translators share them between threads.</remarks>
public interface IKubernetesObject
{
    /// <summary><c>group/version</c>, or <c>v1</c> for the core group. List answers leave it out of their items.</summary>
    string? ApiVersion { get; set; }

    /// <summary>The kind; list answers leave it out of their items.</summary>
    string? Kind { get; set; }

    /// <summary>Name, namespace, version, labels and annotations.</summary>
    V1ObjectMeta Metadata { get; set; }
}

/// <summary>A typed object that knows where the API serves it, so that one generic client reads and writes all kinds.</summary>
public interface IKubernetesObject<TSelf> : IKubernetesObject
    where TSelf : class, IKubernetesObject<TSelf>
{
    /// <summary>Where the API serves this kind and how it is decoded.</summary>
    static abstract ResourceType<TSelf> Resource { get; }
}
