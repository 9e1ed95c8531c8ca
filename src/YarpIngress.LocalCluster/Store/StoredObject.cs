using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Store;

/// <summary>One version of one object. Immutable: its JSON is kept as bytes, so that nobody can change what is stored.</summary>
internal sealed class StoredObject
{
    private StoredObject(ResourceInfo resource, string key)
    {
        Resource = resource;
        Key = key;
    }

    /// <summary>The resource under which it is stored.</summary>
    public ResourceInfo Resource { get; }

    /// <summary><c>namespace/name</c>, or the name alone for cluster-scoped kinds; lists are in this order.</summary>
    public string Key { get; }

    public string Namespace { get; private init; } = "";

    public string Name { get; private init; } = "";

    public string Uid { get; private init; } = "";

    /// <summary>The resourceVersion.</summary>
    public long Revision { get; private init; }

    /// <summary>The object as UTF-8 JSON.</summary>
    public byte[] Utf8 { get; private init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; private init; } = NoText;

    /// <summary>What field selectors may ask of this kind, but for name and namespace.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; private init; } = NoText;

    /// <summary>UIDs of its owners.</summary>
    public IReadOnlyList<string> OwnerUids { get; private init; } = [];

    /// <summary>Whether it waits for finalizers or for its grace period.</summary>
    public bool IsDeleting { get; private init; }

    private static IReadOnlyDictionary<string, string> NoText { get; } = new Dictionary<string, string>();

    /// <summary>The store's key of an object.</summary>
    public static string KeyOf(string? namespaceName, string name) =>
        string.IsNullOrEmpty(namespaceName) ? name : $"{namespaceName}/{name}";

    /// <summary>A stand-in that only compares: for searches in the sorted set.</summary>
    public static StoredObject Probe(ResourceInfo resource, string key) => new(resource, key);

    /// <summary>
    /// Freezes <paramref name="value"/> as <paramref name="revision"/>
    /// (0: never stored); the caller gives the node away.
    /// </summary>
    public static StoredObject Freeze(ResourceInfo resource, JsonObject value, long revision)
    {
        var metadata = ObjectMetadata.Of(value);
        metadata.ResourceVersion = revision == 0 ? null : revision.ToString(CultureInfo.InvariantCulture);
        var name = metadata.Name ?? "";
        var namespaceName = metadata.Namespace ?? "";
        return new StoredObject(resource, KeyOf(namespaceName, name))
        {
            Namespace = namespaceName,
            Name = name,
            Uid = metadata.Uid ?? "",
            Revision = revision,
            Utf8 = CanonicalJson.Write(value),
            Labels = LabelsOf(metadata),
            Fields = SelectableFields.Of(resource, value),
            OwnerUids = OwnersOf(metadata),
            IsDeleting = metadata.DeletionTimestamp is not null,
        };
    }

    /// <summary>A copy of the object to read or change at will.</summary>
    public JsonObject ToJson() => JsonNode.Parse(Utf8)!.AsObject();

    /// <summary>The object as our model of it.</summary>
    public T Decode<T>()
        where T : class, IKubernetesObject<T> =>
        JsonSerializer.Deserialize(Utf8, T.Resource.JsonType)
            ?? throw new InvalidOperationException($"{Resource} {Key} is stored as JSON null.");

    /// <summary>Its key as the clients write it.</summary>
    public ObjectKey ObjectKey => new(Namespace, Name);

    private static IReadOnlyDictionary<string, string> LabelsOf(ObjectMetadata metadata)
    {
        if (metadata.Json["labels"] is not JsonObject { Count: > 0 } labels)
            return NoText;
        var result = new Dictionary<string, string>(labels.Count, StringComparer.Ordinal);
        foreach (var (name, value) in labels)
            result[name] = value.AsString() ?? "";
        return result;
    }

    private static string[] OwnersOf(ObjectMetadata metadata) =>
        metadata.OwnerReferences is not { Count: > 0 } owners
            ? []
            : [.. owners.OfType<JsonObject>().Select(o => o["uid"].AsString()).OfType<string>()];
}
