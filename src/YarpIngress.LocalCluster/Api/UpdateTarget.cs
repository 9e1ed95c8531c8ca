using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api;

/// <summary>What an update is for.</summary>
/// <param name="Resource">The resource as the caller names it.</param>
/// <param name="Namespace">Null for cluster-scoped kinds.</param>
/// <param name="Name">The object.</param>
/// <param name="Subresource">status, scale …; null for the object itself.</param>
internal sealed record UpdateTarget(ResourceInfo Resource, string? Namespace, string Name, string? Subresource = null);
