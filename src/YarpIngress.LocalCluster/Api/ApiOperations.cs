using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>The API right under HTTP: handlers and in-process controllers both call it. Refusals are <see cref="ApiError"/>s.</summary>
/// <remarks>Safe for many threads. Everything is in memory, so only watches wait.</remarks>
internal sealed class ApiOperations(ApiState state)
{
    public ObjectStore Store => state.Store;

    public ApiState State => state;

    /// <summary>The file that holds the log of a pod, for those that have one; null while nothing runs pods.</summary>
    public Func<ObjectKey, string?>? LogFileOf { get; set; }

    /// <summary>One object; throws when it is not there.</summary>
    public StoredObject Get(ResourceInfo resource, string? namespaceName, string name) =>
        Find(resource, namespaceName, name) ?? throw ApiError.NotFound(resource, name);

    /// <summary>One object; null when it is not there.</summary>
    public StoredObject? Find(ResourceInfo resource, string? namespaceName, string name) =>
        state.Store.Find(resource.Storage, StoredObject.KeyOf(resource.Namespaced ? namespaceName : null, name));

    public ListResult List(ResourceInfo resource, string? namespaceName, ListOptions? options = null) =>
        ObjectLists.List(state.Store, resource, namespaceName, options ?? ListOptions.Default);

    /// <summary>Events one by one, until <paramref name="cancellation"/>. Throws <see cref="ApiError"/> 410 when the reader fell out of the
    /// history (also after a restart without state): list again.</summary>
    public async IAsyncEnumerable<WatchItem> WatchAsync(
        ResourceInfo resource, string? namespaceName, ListOptions options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in WatchBatchesAsync(resource, namespaceName, options, cancellation).ConfigureAwait(false))
        {
            foreach (var item in batch)
                yield return item;
        }
    }

    /// <summary>Events in batches, as they were read from the history.</summary>
    public IAsyncEnumerable<IReadOnlyList<WatchItem>> WatchBatchesAsync(
        ResourceInfo resource, string? namespaceName, ListOptions options, CancellationToken cancellation) =>
        ObjectWatches.WatchAsync(state.Store, state.Time, resource, namespaceName, options, cancellation);

    /// <summary>Creates; the caller gives <paramref name="value"/> away.</summary>
    public StoredObject Create(ResourceInfo resource, string? namespaceName, JsonObject value, WriteOptions? options = null) =>
        ObjectCreation.Create(state, resource, namespaceName, value, options ?? WriteOptions.Default);

    /// <summary>Replaces (PUT); the caller gives <paramref name="value"/> away.</summary>
    public WriteResult Update(
        ResourceInfo resource, string? namespaceName, string name, JsonObject value, WriteOptions? options = null,
        string? subresource = null) =>
        ObjectUpdates.Replace(state, resource, namespaceName, name, value, subresource, options ?? WriteOptions.Default);

    /// <summary>Replaces the status (PUT on the status subresource); the caller gives <paramref name="value"/> away.</summary>
    public StoredObject UpdateStatus(
        ResourceInfo resource, string? namespaceName, string name, JsonObject value, WriteOptions? options = null) =>
        Update(resource, namespaceName, name, value, options, "status").Object;

    /// <summary>
    /// Read, change, write; again when another writer was faster.
    /// <paramref name="change"/> gets a copy of its own to work on.
    /// </summary>
    public StoredObject Modify(
        ResourceInfo resource, string? namespaceName, string name, Action<JsonObject> change, WriteOptions? options =
            null, string? subresource = null) =>
        ObjectUpdates.Change(
            state,
            new UpdateTarget(resource, namespaceName, name, subresource),
            value =>
            {
                change(value);
                return value;
            },
            options ?? WriteOptions.Default);

    /// <summary><see cref="Modify"/> on the status subresource.</summary>
    public StoredObject ModifyStatus(
        ResourceInfo resource, string? namespaceName, string name, Action<JsonObject> change, WriteOptions? options = null) =>
        Modify(resource, namespaceName, name, change, options, "status");

    /// <summary>Patches; a server-side apply may create.</summary>
    public WriteResult Patch(
        ResourceInfo resource, string? namespaceName, string name, PatchBody patch, WriteOptions? options = null,
        string? subresource = null) =>
        ObjectPatches.Patch(state, resource, namespaceName, name, patch, subresource, options ?? WriteOptions.Default);

    public DeleteResult Delete(ResourceInfo resource, string? namespaceName, string name, DeleteOptions? options = null) =>
        ObjectDeletion.Delete(state, resource, namespaceName, name, options ?? DeleteOptions.Default);

    /// <summary>Deletes everything that a list would show; the result is what it listed.</summary>
    public ListResult DeleteCollection(ResourceInfo resource, string? namespaceName, ListOptions list, DeleteOptions? options = null)
    {
        var found = List(resource, namespaceName, list);
        foreach (var value in found.Items)
        {
            try
            {
                Delete(resource, value.Namespace, value.Name, options);
            }
            catch (ApiError error) when (error.Code == 404)
            {
                // Somebody else was faster: it is gone, which is what was asked for.
            }
        }
        return found;
    }
}
