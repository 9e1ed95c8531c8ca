using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Upstream's NamespaceLifecycle admission: objects need a living namespace, some namespaces stay for ever.</summary>
internal static class NamespaceRules
{
    /// <summary>Namespaces that exist from the start.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = ["default", "kube-node-lease", "kube-public", "kube-system"];

    public static void CheckCreate(ObjectStore store, ResourceInfo resource, string namespaceName, string name)
    {
        var found = store.Find(ResourceCatalog.Namespaces, namespaceName)
            ?? throw ApiError.NotFound(ResourceCatalog.Namespaces, namespaceName);
        if (!found.IsDeleting)
            return;
        throw ApiError.Forbidden(
            resource,
            name,
            $"unable to create new content in namespace {namespaceName} because it is being terminated",
            new StatusCause("NamespaceTerminating", $"namespace {namespaceName} is being terminated", "metadata.namespace"));
    }

    public static void CheckDelete(ResourceInfo resource, string name)
    {
        if (resource == ResourceCatalog.Namespaces && name is ("default" or "kube-system" or "kube-public"))
            throw ApiError.Forbidden(resource, name, "this namespace may not be deleted");
    }
}
