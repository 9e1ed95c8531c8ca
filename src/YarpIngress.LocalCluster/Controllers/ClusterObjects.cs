using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;
using DeleteOptions = YarpIngress.LocalCluster.Api.DeleteOptions;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>What controllers read and write. Reads are never older than the last write of anybody.</summary>
internal sealed class ClusterObjects
{
    private readonly ApiOperations _api;
    private readonly SliceIndex _sliceIndex;
    private readonly ServiceIndex _serviceIndex;
    private readonly Memo<PodView> _pods = new(PodView.Of);
    private readonly Memo<V1Service> _services = new(Decode<V1Service>);
    private readonly Memo<V1EndpointSlice> _slices = new(Decode<V1EndpointSlice>);

    public ClusterObjects(ApiOperations api, TimeProvider time)
    {
        _api = api;
        Time = time;
        _sliceIndex = new SliceIndex(api.Store);
        _serviceIndex = new ServiceIndex(api.Store, _services);
    }

    public TimeProvider Time { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public StoredObject? Find(ResourceInfo resource, ObjectKey key) => _api.Find(resource, key.Namespace, key.Name);

    public IReadOnlyList<StoredObject> List(ResourceInfo resource, string? namespaceName) => _api.List(resource, namespaceName).Items;

    public PodView View(StoredObject pod) => _pods.Of(pod);

    public V1Service Service(StoredObject service) => _services.Of(service);

    public V1EndpointSlice Slice(StoredObject slice) => _slices.Of(slice);

    public IEnumerable<PodView> Pods(string namespaceName) => List(ResourceCatalog.Pods, namespaceName).Select(View);

    /// <summary>The Services that select a pod with these labels, by name.</summary>
    public IReadOnlyList<V1Service> ServicesSelecting(string namespaceName, IReadOnlyDictionary<string, string> labels) =>
        _serviceIndex.Selecting(namespaceName, labels);

    /// <summary>The EndpointSlices of a Service, whoever made them.</summary>
    public IReadOnlyList<StoredObject> SlicesOf(ObjectKey service) => _sliceIndex.Of(service);

    /// <summary>The objects that name this one as an owner.</summary>
    public IReadOnlyList<StoredObject> Dependents(StoredObject owner) => _api.Store.Dependents(owner.Uid);

    public StoredObject Create(string manager, ResourceInfo resource, string namespaceName, JsonObject value)
    {
        value["apiVersion"] = resource.ApiVersion;
        value["kind"] = resource.Kind;
        return _api.Create(resource, namespaceName, value, By(manager));
    }

    /// <summary>Changes an object unless it is gone or another one has its name by now.</summary>
    public StoredObject? Modify(string manager, StoredObject target, Action<JsonObject> change, string? subresource = null)
    {
        try
        {
            return _api.Modify(
                target.Resource,
                target.Namespace,
                target.Name,
                value =>
                {
                    if (value.TextAt("metadata", "uid") == target.Uid)
                        change(value);
                },
                By(manager),
                subresource);
        }
        catch (ApiError error) when (error.Code == StatusCodes.Status404NotFound)
        {
            return null;
        }
    }

    public StoredObject? ModifyStatus(string manager, StoredObject target, Action<JsonObject> change) =>
        Modify(manager, target, change, "status");

    /// <summary>Deletes this very object; does nothing when it is gone.</summary>
    public void Delete(StoredObject target, DeleteOptions? options = null)
    {
        try
        {
            _api.Delete(target.Resource, target.Namespace, target.Name, (options ?? DeleteOptions.Default) with { Uid = target.Uid });
        }
        catch (ApiError error) when (error.Code is StatusCodes.Status404NotFound or StatusCodes.Status409Conflict)
        {
            // It is gone already, or another object has its name.
        }
    }

    /// <summary>The object; without spec or content when it can't be read, so that one odd object never stops the others.</summary>
    private static T Decode<T>(StoredObject value)
        where T : class, IKubernetesObject<T>, new()
    {
        try
        {
            return value.Decode<T>();
        }
        catch (JsonException)
        {
            return new T { Metadata = new V1ObjectMeta { Name = value.Name, NamespaceProperty = value.Namespace, Uid = value.Uid } };
        }
    }

    private static WriteOptions By(string manager) => WriteOptions.Default with { FieldManager = manager };
}
