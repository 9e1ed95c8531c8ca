using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Store;

/// <summary>Typed access to the <c>metadata</c> of an object that is being read or built.</summary>
internal readonly struct ObjectMetadata
{
    private readonly JsonObject _json;

    private ObjectMetadata(JsonObject json) => _json = json;

    /// <summary>The metadata of <paramref name="value"/>, made when it has none.</summary>
    public static ObjectMetadata Of(JsonObject value)
    {
        if (value["metadata"] is JsonObject metadata)
            return new ObjectMetadata(metadata);
        metadata = [];
        value["metadata"] = metadata;
        return new ObjectMetadata(metadata);
    }

    /// <summary>The JSON itself.</summary>
    public JsonObject Json => _json;

    public string? Name
    {
        get => Text("name");
        set => Set("name", value);
    }

    public string? GenerateName => Text("generateName");

    public string? Namespace
    {
        get => Text("namespace");
        set => Set("namespace", value);
    }

    public string? Uid
    {
        get => Text("uid");
        set => Set("uid", value);
    }

    public string? ResourceVersion
    {
        get => Text("resourceVersion");
        set => Set("resourceVersion", value);
    }

    public string? CreationTimestamp
    {
        get => Text("creationTimestamp");
        set => Set("creationTimestamp", value);
    }

    public string? DeletionTimestamp
    {
        get => Text("deletionTimestamp");
        set => Set("deletionTimestamp", value);
    }

    public long? DeletionGracePeriodSeconds
    {
        get => Number("deletionGracePeriodSeconds");
        set => Set("deletionGracePeriodSeconds", value);
    }

    public long? Generation
    {
        get => Number("generation");
        set => Set("generation", value);
    }

    public IReadOnlyList<string> Finalizers
    {
        get => _json["finalizers"] is JsonArray list ? [.. list.Select(AsText).OfType<string>()] : [];
        set
        {
            if (value.Count == 0)
                _json.Remove("finalizers");
            else
                _json["finalizers"] = new JsonArray([.. value.Select(f => (JsonNode)JsonValue.Create(f))]);
        }
    }

    public JsonArray? OwnerReferences => _json["ownerReferences"] as JsonArray;

    public string? Label(string name) => AsText((_json["labels"] as JsonObject)?[name]);

    public string? Annotation(string name) => AsText((_json["annotations"] as JsonObject)?[name]);

    /// <summary>Sets a label, making the map when there is none.</summary>
    public void SetLabel(string name, string value)
    {
        if (_json["labels"] is not JsonObject labels)
            _json["labels"] = labels = [];
        labels[name] = value;
    }

    /// <summary>The time as the API writes it: whole seconds, UTC.</summary>
    public static string Timestamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The string in <paramref name="node"/>; null for anything else.</summary>
    public static string? AsText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The whole number in <paramref name="node"/>; null for anything else.</summary>
    public static long? AsNumber(JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
            return null;
        if (value.TryGetValue<long>(out var number))
            return number;
        return value.TryGetValue<int>(out var small) ? small : null;
    }

    private string? Text(string name) => AsText(_json[name]);

    private long? Number(string name) => AsNumber(_json[name]);

    private void Set(string name, string? value)
    {
        if (value is null)
            _json.Remove(name);
        else
            _json[name] = value;
    }

    private void Set(string name, long? value)
    {
        if (value is null)
            _json.Remove(name);
        else
            _json[name] = value.Value;
    }
}
