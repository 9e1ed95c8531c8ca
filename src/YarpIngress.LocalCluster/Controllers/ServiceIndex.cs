using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;
using WatchEventType = YarpIngress.LocalCluster.Store.WatchEventType;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>
/// Services by what they select, kept with the store: with thousands
/// of Services a search through all, for each pod, is too much.
/// </summary>
/// <remarks>A Service is filed under one label of its selector: a pod that it selects has that label.</remarks>
internal sealed class ServiceIndex
{
    private readonly Lock _lock = new();
    private readonly Memo<V1Service> _services;
    private readonly Dictionary<(string Namespace, string Label, string Value), Dictionary<string, V1Service>> _files = [];

    public ServiceIndex(ObjectStore store, Memo<V1Service> services)
    {
        _services = services;
        store.Changed += Apply;
        store.Cleared += Clear;
        foreach (var service in store.Snapshot(ResourceCatalog.Services).Objects)
            Add(service);
    }

    /// <summary>The Services that select a pod with these labels, by name.</summary>
    public IReadOnlyList<V1Service> Selecting(string namespaceName, IReadOnlyDictionary<string, string> labels)
    {
        var found = new List<V1Service>();
        lock (_lock)
        {
            foreach (var (label, value) in labels)
            {
                if (_files.TryGetValue((namespaceName, label, value), out var file))
                    found.AddRange(file.Values.Where(service => Selector.Takes(service.Spec?.Selector, labels)));
            }
        }

        found.Sort((one, other) => string.CompareOrdinal(one.Metadata.Name, other.Metadata.Name));
        return found;
    }

    private (string Namespace, string Label, string Value)? FileOf(StoredObject? service)
    {
        if (service is null || _services.Of(service).Spec?.Selector is not { Count: > 0 } selector)
            return null;
        var (label, value) = selector.MinBy(label => label.Key, StringComparer.Ordinal);
        return (service.Namespace, label, value);
    }

    private void Apply(StoreEvent change)
    {
        if (change.Object.Resource != ResourceCatalog.Services)
            return;
        lock (_lock)
        {
            if (FileOf(change.Previous) is { } file && _files.TryGetValue(file, out var services))
            {
                services.Remove(change.Object.Name);
                if (services.Count == 0)
                    _files.Remove(file);
            }

            if (change.Type != WatchEventType.Deleted)
                Add(change.Object);
        }
    }

    private void Add(StoredObject service)
    {
        if (FileOf(service) is not { } key)
            return;
        lock (_lock)
        {
            if (!_files.TryGetValue(key, out var file))
                _files[key] = file = new(StringComparer.Ordinal);
            file[service.Name] = _services.Of(service);
        }
    }

    private void Clear()
    {
        lock (_lock)
            _files.Clear();
    }
}
