using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace YarpIngress.Kubernetes;

/// <summary>
/// Reads manifests as <c>kubectl apply -f</c> does: files, directories,
/// many documents in one, YAML or JSON, lists taken apart.
/// </summary>
public static class ManifestReader
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>All objects of files and directories, in the order given; the files of a directory in order of their names.</summary>
    /// <exception cref="ManifestException">One of them can't be read, or is a directory without manifests.</exception>
    public static IReadOnlyList<ManifestDocument> ReadPaths(IEnumerable<string> paths, bool recursive = false) =>
        [.. paths.SelectMany(path => Files(path, recursive)).SelectMany(ReadFile)];

    /// <summary>All objects of one file.</summary>
    /// <exception cref="ManifestException">It can't be read.</exception>
    public static IReadOnlyList<ManifestDocument> ReadFile(string file)
    {
        try
        {
            return ReadText(File.ReadAllText(file), file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ManifestException(file, 0, 0, $"can't be read: {e.Message}", e);
        }
    }

    /// <summary>All objects of a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="file">Name for errors.</param>
    /// <exception cref="ManifestException">It can't be read.</exception>
    public static IReadOnlyList<ManifestDocument> ReadText(string text, string file = "input")
    {
        var objects = new List<ManifestDocument>();
        if (JsonManifest.TryRead(text, out var documents))
        {
            foreach (var (index, (node, line)) in documents.Index())
                Add(objects, node, file, line, index + 1, _ => line);
            return objects;
        }

        try
        {
            foreach (var (index, document) in YamlJson.Documents(new StringReader(text)).Index())
                AddYaml(objects, document.RootNode, file, index + 1);
        }
        catch (YamlException e)
        {
            throw new ManifestException(file, e.Start.Line, 0, Problem(e), e);
        }

        return objects;
    }

    private static void AddYaml(List<ManifestDocument> objects, YamlNode root, string file, int index)
    {
        try
        {
            var items = root is YamlMappingNode mapping && mapping.Children.TryGetValue("items", out var list)
                ? list as YamlSequenceNode
                : null;
            Add(objects, YamlJson.Convert(root), file, root.Start.Line, index,
                item => items is not null && item < items.Children.Count ? items.Children[item].Start.Line : root.Start.Line);
        }
        catch (Exception e) when (e is YamlException or JsonException or InvalidOperationException)
        {
            var line = e is YamlException yaml ? yaml.Start.Line : root.Start.Line;
            throw new ManifestException(file, line, index, e is YamlException known ? Problem(known) : e.Message, e);
        }
    }

    private static void Add(List<ManifestDocument> objects, JsonNode? node, string file, long line, int index, Func<int, long> itemLine)
    {
        if (node is null)
            return;
        if (node is not JsonObject value)
            throw new ManifestException(file, line, index, $"is {Describe(node)}, not an object with apiVersion, kind and metadata");

        if (Text(value, "kind") is not { } kind || !kind.EndsWith("List", StringComparison.Ordinal)
            || value["items"] is not JsonArray items)
        {
            objects.Add(new ManifestDocument(value, file, line, index));
            return;
        }

        foreach (var (position, item) in items.ToArray().Index())
        {
            items[position] = null;
            if (item is not JsonObject inner)
                throw new ManifestException(file, itemLine(position), index, $"items[{position}] is {Describe(item)}, not an object");

            // Typed lists, such as IngressList, leave kind and version out of their items.
            if (kind != "List" && inner["kind"] is null)
            {
                inner["apiVersion"] = value["apiVersion"]?.DeepClone();
                inner["kind"] = kind[..^"List".Length];
            }

            Add(objects, inner, file, itemLine(position), index, _ => itemLine(position));
        }
    }

    private static string? Text(JsonObject value, string field) =>
        value[field] is JsonValue text && text.TryGetValue<string>(out var result) ? result : null;

    private static string Describe(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        _ => "a boolean",
    };

    private static string Problem(YamlException e) => e.InnerException is YamlException inner ? Problem(inner) : e.Message;

    private static IEnumerable<string> Files(string path, bool recursive)
    {
        if (!Directory.Exists(path))
            return [path];

        var option = recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
        string[] files =
        [
            .. Directory.EnumerateFiles(path, "*", option)
                .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal),
        ];
        // A check of nothing must not pass.
        if (files.Length == 0)
            throw new ManifestException(
                path, 0, 0, $"holds no file that ends in {string.Join(", ", Extensions)}{(recursive ? "" : "; directories in it are not read")}");
        return files;
    }
}
