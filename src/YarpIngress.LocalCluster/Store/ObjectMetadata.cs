using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

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
        get => [.. _json.Strings("finalizers")];
        set
        {
            if (value.Count == 0)
                _json.Remove("finalizers");
            else
                _json["finalizers"] = Schema.Json.Texts(value);
        }
    }

    public JsonArray? OwnerReferences => _json["ownerReferences"] as JsonArray;

    public string? Label(string name) => (_json["labels"] as JsonObject)?[name].AsString();

    public string? Annotation(string name) => (_json["annotations"] as JsonObject)?[name].AsString();

    /// <summary>Sets a label, making the map when there is none.</summary>
    public void SetLabel(string name, string value)
    {
        if (_json["labels"] is not JsonObject labels)
            _json["labels"] = labels = [];
        labels[name] = value;
    }

    private string? Text(string name) => _json[name].AsString();

    private long? Number(string name) => _json[name].AsInteger();

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
