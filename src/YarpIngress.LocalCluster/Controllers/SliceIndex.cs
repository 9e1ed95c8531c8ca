using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;
using WatchEventType = YarpIngress.LocalCluster.Store.WatchEventType;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>EndpointSlices by Service, kept with the store: with thousands of Services a search through all slices is too much.</summary>
internal sealed class SliceIndex
{
    private const string ServiceName = "kubernetes.io/service-name";
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Dictionary<string, StoredObject>> _slices = [];

    public SliceIndex(ObjectStore store)
    {
        store.Changed += Apply;
        store.Cleared += Clear;
        foreach (var slice in store.Snapshot(ResourceCatalog.EndpointSlices).Objects)
            Add(slice);
    }

    public IReadOnlyList<StoredObject> Of(ObjectKey service)
    {
        lock (_lock)
            return _slices.TryGetValue(service, out var slices) ? [.. slices.Values] : [];
    }

    private static ObjectKey? ServiceOf(StoredObject? slice) =>
        slice?.Labels.GetValueOrDefault(ServiceName) is { } service ? new ObjectKey(slice.Namespace, service) : null;

    private void Apply(StoreEvent change)
    {
        if (change.Object.Resource != ResourceCatalog.EndpointSlices)
            return;
        lock (_lock)
        {
            if (ServiceOf(change.Previous) is { } service && _slices.TryGetValue(service, out var slices))
            {
                slices.Remove(change.Object.Name);
                if (slices.Count == 0)
                    _slices.Remove(service);
            }

            if (change.Type != WatchEventType.Deleted)
                Add(change.Object);
        }
    }

    private void Add(StoredObject slice)
    {
        if (ServiceOf(slice) is not { } service)
            return;
        lock (_lock)
        {
            if (!_slices.TryGetValue(service, out var slices))
                _slices[service] = slices = new(StringComparer.Ordinal);
            slices[slice.Name] = slice;
        }
    }

    private void Clear()
    {
        lock (_lock)
            _slices.Clear();
    }
}
