using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>Gives every namespace its <c>default</c> service account.</summary>
internal sealed class ServiceAccounts
{
    private const string Manager = "serviceaccount-controller";
    private const string Name = "default";
    private readonly ClusterObjects _objects;
    private readonly WorkQueue _queue;

    public ServiceAccounts(ClusterObjects objects, ClusterChanges changes, ILogger<ServiceAccounts> log)
    {
        _objects = objects;
        _queue = new WorkQueue(Manager, Reconcile, objects.Time, log);
        changes.On(ResourceCatalog.Namespaces, (before, after) => Add((after ?? before)!.Name));
        changes.On(ResourceCatalog.ServiceAccounts, (before, after) =>
        {
            if (after is null)
                Add(before?.Namespace ?? "");
        });
    }

    public Task RunAsync(CancellationToken cancel) => _queue.RunAsync(cancel);

    private void Add(string namespaceName) => _queue.Add(new ObjectKey(namespaceName, Name));

    private TimeSpan? Reconcile(ObjectKey key)
    {
        if (_objects.Find(ResourceCatalog.Namespaces, new ObjectKey("", key.Namespace)) is not { IsDeleting: false }
            || _objects.Find(ResourceCatalog.ServiceAccounts, key) is not null)
            return null;
        _objects.Create(
            Manager, ResourceCatalog.ServiceAccounts, key.Namespace,
            new JsonObject { ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = key.Namespace } });
        return null;
    }
}
