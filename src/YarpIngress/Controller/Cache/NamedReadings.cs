using YarpIngress.Controller.Following;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress.References;

namespace YarpIngress.Controller.Cache;

/// <summary>
/// Puts into the cache what was read of one object, by a request or by a watch of its own. Secrets of type
/// <c>kubernetes.io/tls</c> are left to the watch of them all, which is ahead of both.
/// </summary>
internal static class NamedReadings
{
    /// <summary>A Secret is there in this state.</summary>
    public static void Set(ClusterCache cache, NamedObject value, V1Secret secret)
    {
        // Its entries stay: users may be entries of their own.
        secret = TrimmedObjects.Metadata(secret);
        if (!IsWatched(secret) && cache.Secret(value.Key)?.Metadata.ResourceVersion != secret.Metadata.ResourceVersion)
            cache.Set(secret);
    }

    /// <summary>A ConfigMap is there in this state.</summary>
    public static void Set(ClusterCache cache, NamedObject value, V1ConfigMap map)
    {
        map = TrimmedObjects.Metadata(map);
        if (cache.Named.IsNamed(value) && cache.ConfigMap(value.Key)?.Metadata.ResourceVersion != map.Metadata.ResourceVersion)
            cache.Set(map);
    }

    /// <summary>The object is not there.</summary>
    public static void Remove(ClusterCache cache, NamedObject value)
    {
        if (value.Kind is NamedKind.ConfigMap)
            cache.RemoveConfigMap(value.Key);
        else if (cache.Secret(value.Key) is { } secret && !IsWatched(secret))
            cache.RemoveSecret(value.Key);
    }

    /// <summary>Whether the watch of all TLS Secrets brings this one.</summary>
    public static bool IsWatched(V1Secret secret) => secret.Type == ClusterFeed.TlsSecretType;
}
