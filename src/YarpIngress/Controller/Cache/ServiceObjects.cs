using System.Collections.Concurrent;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Controller.Cache;

/// <summary>Services with their EndpointSlices and Endpoints.</summary>
internal sealed class ServiceObjects
{
    /// <summary>Names the Service of an EndpointSlice.</summary>
    public const string ServiceNameLabel = "kubernetes.io/service-name";

    // The only one that others than the owner read.
    private readonly ConcurrentDictionary<ObjectKey, V1Service> _services = new();
    private readonly Dictionary<ObjectKey, V1Endpoints> _endpoints = [];
    private readonly Dictionary<ObjectKey, V1EndpointSlice> _slices = [];
    private readonly Dictionary<ObjectKey, V1EndpointSlice[]> _slicesByService = [];

    /// <summary>Any thread.</summary>
    public V1Service? Service(ObjectKey key) => _services.GetValueOrDefault(key);

    public V1Endpoints? Endpoints(ObjectKey service) => _endpoints.GetValueOrDefault(service);

    /// <summary>The EndpointSlices of a Service by name.</summary>
    public IReadOnlyList<V1EndpointSlice> Slices(ObjectKey service) => _slicesByService.GetValueOrDefault(service) ?? [];

    public V1EndpointSlice? Slice(ObjectKey key) => _slices.GetValueOrDefault(key);

    public void Set(V1Service value) => _services[ObjectKey.Of(value)] = value;

    public void RemoveService(ObjectKey key) => _services.TryRemove(key, out _);

    public void Set(V1Endpoints value) => _endpoints[ObjectKey.Of(value)] = value;

    public void RemoveEndpoints(ObjectKey key) => _endpoints.Remove(key);

    /// <summary>Adds or replaces a slice. Returns the Services concerned: its own, and its former one when the label changed.</summary>
    public IEnumerable<ObjectKey> Set(V1EndpointSlice value)
    {
        var key = ObjectKey.Of(value);
        var former = RemoveSlice(key);
        if (ServiceOf(value) is not { } service)
            return former is { } only ? [only] : [];
        _slices[key] = value;
        // A new array each time: most Services have one slice, and none has more than some ten.
        var slices = _slicesByService.GetValueOrDefault(service) ?? [];
        var before = Array.FindLastIndex(slices, slice => string.CompareOrdinal(slice.Metadata.Name, key.Name) < 0) + 1;
        _slicesByService[service] = [.. slices.AsSpan(0, before), value, .. slices.AsSpan(before)];
        return former is { } other && other != service ? [other, service] : [service];
    }

    /// <summary>Forgets a slice. Returns its Service.</summary>
    public ObjectKey? RemoveSlice(ObjectKey key)
    {
        if (!_slices.Remove(key, out var value) || ServiceOf(value) is not { } service)
            return null;
        V1EndpointSlice[] rest = [.. _slicesByService[service].Where(slice => !ReferenceEquals(slice, value))];
        if (rest.Length == 0)
            _slicesByService.Remove(service);
        else
            _slicesByService[service] = rest;
        return service;
    }

    private static ObjectKey? ServiceOf(V1EndpointSlice value) =>
        value.Metadata.Labels?.GetValueOrDefault(ServiceNameLabel) is { Length: > 0 } name
            ? new ObjectKey(value.Metadata.NamespaceProperty ?? "", name)
            : null;
}
