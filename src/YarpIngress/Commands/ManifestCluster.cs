using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.Controller.Cache;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation;

namespace YarpIngress.Commands;

/// <summary>
/// Manifests as if they were a cluster: what <c>translate</c> and <c>explain -f</c> work on. Without any IngressClass among them
/// an Ingress whose class is named like <c>--ingress-class</c> is ours.
/// </summary>
internal sealed class ManifestCluster
{
    private readonly SortedDictionary<string, int> _ignored = new(StringComparer.Ordinal);
    private bool _anyClass;

    private ManifestCluster(TranslationSettings settings) => Cache = new ClusterCache(settings);

    public ClusterCache Cache { get; }

    public bool HasServices { get; private set; }

    /// <summary>Whether EndpointSlices or Endpoints are among them, which a cluster makes by itself.</summary>
    public bool HasEndpoints { get; private set; }

    /// <summary>How many objects of each kind that has no part in the translation.</summary>
    public IReadOnlyDictionary<string, int> Ignored => _ignored;

    /// <summary>
    /// Reads files, directories and, for <c>-</c>, <paramref
    /// name="stdin"/>. Of an object that is there twice the last counts.
    /// </summary>
    /// <exception cref="ManifestException">A manifest can't be read.</exception>
    public static ManifestCluster Read(TranslationSettings settings, IReadOnlyList<string> paths, TextReader stdin)
    {
        var cluster = new ManifestCluster(settings);
        foreach (var path in paths)
        {
            foreach (var document in path == "-" ? ManifestReader.ReadText(stdin.ReadToEnd(), "stdin") : ManifestReader.ReadPaths([path]))
                cluster.Add(document);
        }

        cluster.Cache.SetClassesReadable(cluster._anyClass);
        return cluster;
    }

    private void Add(ManifestDocument document)
    {
        switch (Text(document.Object, "kind"))
        {
            case "Ingress":
                Add<V1Ingress>(document, Cache.Set);
                break;
            case "IngressClass":
                Add<V1IngressClass>(document, Cache.Set);
                _anyClass = true;
                break;
            case "Service":
                Add<V1Service>(document, Cache.Set);
                HasServices = true;
                break;
            case "EndpointSlice":
                Add<V1EndpointSlice>(document, Cache.Set);
                HasEndpoints = true;
                break;
            case "Endpoints":
                Add<V1Endpoints>(document, Cache.Set);
                HasEndpoints = true;
                break;
            case "ConfigMap":
                Add<V1ConfigMap>(document, Cache.Set);
                break;
            case "Secret":
                EncodeStringData(document.Object);
                Add<V1Secret>(document, Cache.Set);
                break;
            case var kind:
                _ignored[kind ?? "without a kind"] = _ignored.GetValueOrDefault(kind ?? "without a kind") + 1;
                break;
        }
    }

    private void Add<T>(ManifestDocument document, Action<T> set)
        where T : class, IKubernetesObject<T>
    {
        var resource = T.Resource;
        var metadata = document.Object["metadata"] as JsonObject;
        var key = new ObjectKey(resource.Namespaced ? Text(metadata, "namespace") ?? "default" : "", Text(metadata, "name") ?? "");
        var version = Text(document.Object, "apiVersion");
        // Kinds of the same name in other groups, such as Knative's Service, are none of ours.
        if (version is not null && Group(version) != resource.Group && Group(version) != "extensions")
        {
            var other = $"{resource.Kind}.{Group(version)}";
            _ignored[other] = _ignored.GetValueOrDefault(other) + 1;
            return;
        }

        if (version != resource.ApiVersion)
        {
            Cache.SetMalformed(resource.Kind, key, $"apiVersion is {version ?? "missing"}, not {resource.ApiVersion} ({Place(document)})");
            return;
        }

        if (!HostName.IsDnsName(key.Name))
        {
            Cache.SetMalformed(
                resource.Kind, key, $"metadata.name is {(key.Name.Length == 0 ? "missing" : "no valid name")} ({Place(document)})");
            return;
        }

        if (resource.Namespaced && !HostName.IsDnsLabel(key.Namespace))
        {
            Cache.SetMalformed(resource.Kind, key, $"metadata.namespace is no valid name ({Place(document)})");
            return;
        }

        try
        {
            var value = document.Object.Deserialize(resource.JsonType)!;
            value.Metadata.NamespaceProperty = resource.Namespaced ? key.Namespace : null;
            set(value);
        }
        catch (JsonException e)
        {
            Cache.SetMalformed(resource.Kind, key, $"{e.Path ?? "$"} has the wrong type ({Place(document)})");
        }
    }

    /// <summary>The API server merges <c>stringData</c> into <c>data</c> on every write.</summary>
    private static void EncodeStringData(JsonObject secret)
    {
        if (secret["stringData"] is not JsonObject plain)
            return;
        if (secret["data"] is not JsonObject data)
            secret["data"] = data = [];
        foreach (var (name, value) in plain)
        {
            if (value is JsonValue text && text.TryGetValue<string>(out var content))
                data[name] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(content));
        }
    }

    private static string Place(ManifestDocument document) => $"{document.File}:{document.Line}";

    private static string Group(string apiVersion) => apiVersion.IndexOf('/') is > 0 and var slash ? apiVersion[..slash] : "";

    private static string? Text(JsonObject? value, string field) =>
        value?[field] is JsonValue text && text.TryGetValue<string>(out var result) && result.Length > 0 ? result : null;
}
