using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>JSON patch, RFC 6902, with the error texts of the library that the API server uses.</summary>
internal static class JsonPatch
{
    // The API server refuses longer patches with 413.
    private const int MaxOperations = 10_000;

    /// <summary>The patched document; neither argument is changed.</summary>
    public static JsonObject Apply(JsonObject document, JsonNode? patch)
    {
        if (patch is not JsonArray operations)
        {
            throw PatchException.Malformed("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        }

        if (operations.Count > MaxOperations)
        {
            throw new PatchException(413, $"The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}");
        }

        JsonNode? root = document.DeepClone();
        foreach (var item in operations)
        {
            if (item is not JsonObject operation)
            {
                throw PatchException.Malformed("error decoding patch: json: cannot unmarshal into Go value of type jsonpatch.Operation");
            }

            root = Apply(root, operation);
        }

        return root as JsonObject ?? throw PatchException.DoesNotApply("the patched document is not an object");
    }

    private static JsonNode? Apply(JsonNode? root, JsonObject operation)
    {
        var name = operation.String("op") ?? "";
        if (operation.String("path") is not { } path)
        {
            throw PatchException.DoesNotApply($"{name} operation failed to decode path: missing value");
        }

        switch (name)
        {
            case "add":
                return Add(root, path, Value(operation), name);
            case "remove":
                Remove(Holder(root, path, name), path);
                return root;
            case "replace":
                return Replace(root, path, Value(operation));
            case "move":
                var (from, moved) = From(root, operation, name);
                Remove(Holder(root, from, name), from);
                return Add(root, path, moved?.DeepClone(), name);
            case "copy":
                return Add(root, path, From(root, operation, name).Value?.DeepClone(), name);
            case "test":
                Test(root, path, Value(operation));
                return root;
            default:
                throw PatchException.DoesNotApply($"Unexpected kind: {name}");
        }
    }

    private static JsonNode? Value(JsonObject operation) => operation["value"]?.DeepClone();

    private static JsonNode? Add(JsonNode? root, string path, JsonNode? value, string operation)
    {
        if (path.Length == 0)
        {
            return value;
        }

        var holder = Holder(root, path, operation);
        var key = JsonPointer.Split(path)[^1];
        if (holder is JsonObject fields)
        {
            fields[key] = value;
            return root;
        }

        var items = (JsonArray)holder;
        var index = key == "-" ? items.Count : JsonPointer.Index(key, items.Count + 1);
        if (index is null || index > items.Count)
        {
            throw PatchException.DoesNotApply(
                $"error in {operation} for path: '{path}': Unable to access invalid index: {key}: invalid index referenced");
        }

        items.Insert(index.Value, value);
        return root;
    }

    private static void Remove(JsonNode holder, string path)
    {
        var key = JsonPointer.Split(path)[^1];
        if (holder is JsonObject fields)
        {
            if (!fields.Remove(key))
            {
                throw PatchException.DoesNotApply(
                    $"error in remove for path: '{path}': Unable to remove nonexistent key: {key}: missing value");
            }

            return;
        }

        var items = (JsonArray)holder;
        if (JsonPointer.Index(key, items.Count) is not { } index || index >= items.Count)
        {
            throw PatchException.DoesNotApply(
                $"error in remove for path: '{path}': Unable to access invalid index: {key}: invalid index referenced");
        }

        items.RemoveAt(index);
    }

    private static JsonNode? Replace(JsonNode? root, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        var holder = Holder(root, path, "replace");
        var key = JsonPointer.Split(path)[^1];
        if (!JsonPointer.TryGet(holder, key, out _))
        {
            throw PatchException.DoesNotApply($"replace operation does not apply: doc is missing key: {path}: missing value");
        }

        if (holder is JsonObject fields)
        {
            fields[key] = value;
        }
        else
        {
            var items = (JsonArray)holder;
            items[JsonPointer.Index(key, items.Count)!.Value] = value;
        }

        return root;
    }

    private static (string Path, JsonNode? Value) From(JsonNode? root, JsonObject operation, string name)
    {
        var from = operation.String("from") ?? throw PatchException.DoesNotApply($"{name} operation failed to decode from: missing value");
        var path = JsonPointer.Split(from);
        if (path.Count == 0)
        {
            return (from, root);
        }

        return root is not null && JsonPointer.Holder(root, path) is { } holder && JsonPointer.TryGet(holder, path[^1], out var value)
            ? (from, value)
            : throw PatchException.DoesNotApply($"{name} operation does not apply: doc is missing from path: {from}: missing value");
    }

    private static void Test(JsonNode? root, string path, JsonNode? expected)
    {
        var actual = root;
        if (path.Length > 0)
        {
            var holder = Holder(root, path, "test");
            // A missing value equals an expected null.
            if (!JsonPointer.TryGet(holder, JsonPointer.Split(path)[^1], out actual) && expected is not null)
            {
                throw PatchException.DoesNotApply($"testing value {path} failed: test failed");
            }
        }

        if (!Json.Same(actual, expected))
        {
            throw PatchException.DoesNotApply($"testing value {path} failed: test failed");
        }
    }

    private static JsonNode Holder(JsonNode? root, string path, string operation) =>
        root is not null && path.StartsWith('/') && JsonPointer.Holder(root, JsonPointer.Split(path)) is { } holder
            ? holder
            : throw PatchException.DoesNotApply($"{operation} operation does not apply: doc is missing path: \"{path}\": missing value");
}
