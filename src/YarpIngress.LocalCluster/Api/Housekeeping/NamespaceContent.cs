using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Housekeeping;

/// <summary>What every namespace gets when it comes, and how its content goes with it.</summary>
internal sealed class NamespaceContent(ApiOperations api, string authorityPem)
{
    private const string RootAuthority = "kube-root-ca.crt";
    private static readonly WriteOptions Options = new() { FieldManager = "kube-controller-manager" };

    /// <summary>The namespace that a change makes worth a look. Runs under the store's lock.</summary>
    public static string? Affected(StoreEvent change)
    {
        if (change.Object.Resource == ResourceCatalog.Namespaces)
            return change.Type == WatchEventType.Deleted ? null : change.Object.Name;
        return change.Type == WatchEventType.Deleted && change.Object.Namespace.Length > 0 ? change.Object.Namespace : null;
    }

    public void Process(string name)
    {
        if (api.Find(ResourceCatalog.Namespaces, null, name) is not { } found)
            return;
        if (found.IsDeleting)
            Empty(found);
        else
            Furnish(name);
    }

    private void Furnish(string name)
    {
        if (api.Find(ResourceCatalog.ServiceAccounts, name, "default") is null)
            TryCreate(ResourceCatalog.ServiceAccounts, name, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } });
        if (api.Find(ResourceCatalog.ConfigMaps, name, RootAuthority) is null)
        {
            TryCreate(ResourceCatalog.ConfigMaps, name, new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["name"] = RootAuthority,
                    ["annotations"] = new JsonObject
                    {
                        ["kubernetes.io/description"] =
                            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such "
                            + "as the internal service "
                            + "IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
                    },
                },
                ["data"] = new JsonObject { ["ca.crt"] = authorityPem + "\n" },
            });
        }
    }

    private void Empty(StoredObject found)
    {
        var left = false;
        foreach (var resource in ResourceCatalog.All.Where(r => r.Namespaced && r.ViewOf is null))
        {
            foreach (var value in api.Store.Snapshot(resource).In(found.Name))
            {
                if (!value.IsDeleting)
                    TryDelete(value);
                left |= api.Store.Find(resource, value.Key) is not null;
            }
        }
        if (left)
            return;
        try
        {
            api.Modify(
                ResourceCatalog.Namespaces, null, found.Name, value => (value["spec"] as JsonObject)?.Remove("finalizers"),
                Options, "finalize");
        }
        catch (ApiError error) when (error.Code == 404)
        {
            // Gone already.
        }
    }

    private void TryCreate(ResourceInfo resource, string namespaceName, JsonObject value)
    {
        try
        {
            api.Create(resource, namespaceName, value, Options);
        }
        catch (ApiError error) when (error.Code is 403 or 404 or 409)
        {
            // The namespace is going, or somebody was faster.
        }
    }

    private void TryDelete(StoredObject value)
    {
        try
        {
            api.Delete(value.Resource, value.Namespace, value.Name, new DeleteOptions { Uid = value.Uid });
        }
        catch (ApiError error) when (error.Code is 404 or 409)
        {
            // Somebody was faster; what is left is seen right after.
        }
    }
}
