using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers.Endpoints;

/// <summary>Brings the slices of one owner to the wanted endpoints with few writes: an endpoint stays in its slice.</summary>
/// <param name="Objects">The cluster.</param>
/// <param name="Manager">Field manager, and value of the managed-by label.</param>
/// <param name="Owner">The Service, or the Endpoints of a mirror.</param>
/// <param name="Labels">All labels of the slices.</param>
/// <param name="Annotations">All annotations of the slices.</param>
internal sealed record SliceWriter(
    ClusterObjects Objects, string Manager, StoredObject Owner, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string,
    string> Annotations)
{
    /// <summary>Says by whom a slice is written.</summary>
    public const string ManagedBy = "endpointslice.kubernetes.io/managed-by";

    /// <summary>Says to which Service a slice belongs.</summary>
    public const string ServiceName = "kubernetes.io/service-name";

    public void Write(IReadOnlyList<SliceGroup> groups)
    {
        var existing = Objects.Dependents(Owner)
            .Where(slice => slice.Resource == ResourceCatalog.EndpointSlices && slice.Labels.GetValueOrDefault(ManagedBy) == Manager
                && !slice.IsDeleting)
            .OrderBy(slice => slice.Name, StringComparer.Ordinal)
            .Select(slice => (Stored: slice, Json: slice.ToJson()))
            .ToList();
        foreach (var group in groups)
        {
            var own = existing.Where(slice => GroupKey(slice.Json) == group.Key).ToList();
            existing.RemoveAll(own.Contains);
            Write(group, own);
        }

        foreach (var (stored, _) in existing)
            Objects.Delete(stored);
    }

    private static string GroupKey(JsonObject slice) => $"{slice.TextAt("addressType")}/{SlicePort.SetKey(SlicePort.Of(slice))}";

    private void Write(SliceGroup group, List<(StoredObject Stored, JsonObject Json)> slices)
    {
        var missing = new SortedDictionary<string, JsonObject>(group.Endpoints, StringComparer.Ordinal);
        var contents = slices.Select(slice => (slice.Stored, Endpoints: Keep(slice.Json, missing))).ToList();
        foreach (var (_, endpoints) in contents)
            Fill(endpoints, missing);
        // A slice that has become empty goes, but each group keeps one: it shows that there are no endpoints.
        foreach (var (stored, endpoints) in contents)
        {
            var isSpare = endpoints.Count == 0 && (group.Endpoints.Count > 0 || stored != contents[0].Stored);
            if (isSpare)
                Objects.Delete(stored);
            else
                Objects.Modify(Manager, stored, slice => Set(slice, group, endpoints));
        }

        while (missing.Count > 0 || (contents.Count == 0 && group.Endpoints.Count == 0))
        {
            var endpoints = new List<JsonObject>();
            Fill(endpoints, missing);
            Create(group, endpoints);
            if (missing.Count == 0)
                break;
        }
    }

    /// <summary>The slice's endpoints that are still wanted, in their new state and old order.</summary>
    private static List<JsonObject> Keep(JsonObject slice, SortedDictionary<string, JsonObject> missing)
    {
        var kept = new List<JsonObject>();
        foreach (var endpoint in slice.ItemsAt("endpoints"))
        {
            if (missing.Remove(SliceGroup.EndpointKey(endpoint), out var wanted))
                kept.Add(wanted);
        }

        return kept;
    }

    private static void Fill(List<JsonObject> endpoints, SortedDictionary<string, JsonObject> missing)
    {
        while (endpoints.Count < SliceGroup.MaxEndpoints && missing.Count > 0)
        {
            var (key, endpoint) = missing.First();
            missing.Remove(key);
            endpoints.Add(endpoint);
        }
    }

    private void Create(SliceGroup group, List<JsonObject> endpoints)
    {
        var slice = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["generateName"] = Prefix(Owner.Name),
                ["namespace"] = Owner.Namespace,
                ["ownerReferences"] = OwnerReference.To(Owner),
            },
            ["addressType"] = group.AddressType,
        };
        Set(slice, group, endpoints);
        Objects.Create(Manager, ResourceCatalog.EndpointSlices, Owner.Namespace, slice);
    }

    private void Set(JsonObject slice, SliceGroup group, List<JsonObject> endpoints)
    {
        var metadata = slice.Ensure("metadata");
        metadata["labels"] = Labels.ToJson();
        if (Annotations.Count > 0)
            metadata["annotations"] = Annotations.ToJson();
        else
            metadata.Remove("annotations");
        slice["endpoints"] = new JsonArray([.. endpoints.Select(endpoint => endpoint.DeepClone())]);
        slice["ports"] = new JsonArray([.. group.Ports.Select(port => port.ToJson())]);
    }

    /// <summary>Upstream leaves the dash out when the name would not be valid with it.</summary>
    private static string Prefix(string name) => name.Length < 248 ? name + "-" : name;
}
