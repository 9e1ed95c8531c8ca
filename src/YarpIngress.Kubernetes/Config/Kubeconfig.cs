using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;

namespace YarpIngress.Kubernetes;

/// <summary>One kubeconfig file, or several merged as kubectl merges them: the first file that says something wins.</summary>
internal sealed class Kubeconfig
{
    private Kubeconfig(IReadOnlyList<string> files) => Files = files;

    public IReadOnlyList<string> Files { get; private init; }

    public string? CurrentContext { get; private set; }

    public Dictionary<string, KubeconfigEntry> Clusters { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, KubeconfigEntry> Users { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, KubeconfigEntry> Contexts { get; } = new(StringComparer.Ordinal);

    /// <summary>For messages.</summary>
    public string Name => string.Join(", ", Files);

    /// <exception cref="ClusterConfigException">The file is missing or is no kubeconfig.</exception>
    public static Kubeconfig ReadFile(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterConfigException($"kubeconfig {path} can't be read: {e.Message}", e);
        }

        var result = new Kubeconfig([path]);
        var root = Parse(text, path);
        result.CurrentContext = KubeconfigEntry.Text(root, "current-context", path);
        Collect(root, "clusters", "cluster", path, result.Clusters);
        Collect(root, "users", "user", path, result.Users);
        Collect(root, "contexts", "context", path, result.Contexts);
        return result;
    }

    /// <summary>Those of <paramref name="paths"/> that exist; null when none does.</summary>
    public static Kubeconfig? ReadMerged(IReadOnlyList<string> paths)
    {
        var parts = paths.Where(File.Exists).Select(ReadFile).ToList();
        if (parts.Count == 0)
            return null;

        var merged = new Kubeconfig([.. parts.SelectMany(part => part.Files)]);
        foreach (var part in parts)
        {
            merged.CurrentContext = merged.CurrentContext is { Length: > 0 } ? merged.CurrentContext : part.CurrentContext;
            Merge(part.Clusters, merged.Clusters);
            Merge(part.Users, merged.Users);
            Merge(part.Contexts, merged.Contexts);
        }

        return merged;
    }

    private static void Merge(Dictionary<string, KubeconfigEntry> from, Dictionary<string, KubeconfigEntry> into)
    {
        foreach (var (name, entry) in from)
            into.TryAdd(name, entry);
    }

    private static JsonObject Parse(string text, string path)
    {
        try
        {
            var roots = YamlJson.Documents(new StringReader(text)).Select(document => YamlJson.Convert(document.RootNode)).ToList();
            return roots switch
            {
                [] => [],
                [JsonObject root] => root,
                _ => throw new ClusterConfigException($"kubeconfig {path} is not one YAML mapping."),
            };
        }
        catch (Exception e) when (e is YamlException or JsonException)
        {
            var place = e is YamlException yaml ? $":{yaml.Start.Line}" : "";
            throw new ClusterConfigException($"kubeconfig {path}{place} is not valid YAML: {e.Message}", e);
        }
    }

    private static void Collect(JsonObject root, string list, string kind, string path, Dictionary<string, KubeconfigEntry> into)
    {
        if (root[list] is null)
            return;
        if (root[list] is not JsonArray items)
            throw new ClusterConfigException($"kubeconfig {path}: {list} is not a list.");

        foreach (var (index, item) in items.Index())
        {
            if (item is not JsonObject named || KubeconfigEntry.Text(named, "name", $"{path}: {list}[{index}]") is not { Length: > 0 } name)
                throw new ClusterConfigException($"kubeconfig {path}: {list}[{index}] has no name.");
            if (named[kind] is not (null or JsonObject))
                throw new ClusterConfigException($"kubeconfig {path}: {list}[{index}].{kind} is not a mapping.");

            into.TryAdd(name, new KubeconfigEntry(kind, name, path, named[kind] as JsonObject ?? []));
        }
    }
}
