using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Manifests;

/// <summary>
/// Creates or updates the objects of manifests as <c>kubectl apply</c>
/// does, so that kubectl can go on from there without a warning.
/// </summary>
internal sealed class ManifestApply(ApiOperations api)
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    private static readonly WriteOptions Options =
        new() { FieldManager = "kubectl-client-side-apply", FieldValidation = FieldValidationMode.Strict };

    /// <exception cref="ManifestException">A file can't be read, or the API server refuses an object.</exception>
    public IReadOnlyList<string> ApplyPaths(IEnumerable<string> paths) => Apply(ManifestReader.ReadPaths(paths));

    /// <inheritdoc cref="ApplyPaths"/>
    public IReadOnlyList<string> ApplyText(string text) => Apply(ManifestReader.ReadText(text));

    private List<string> Apply(IReadOnlyList<ManifestDocument> documents) => [.. documents.Select(Apply)];

    private string Apply(ManifestDocument document)
    {
        var value = document.Object;
        var resource = ResourceCatalog.FindKind(value.TextAt("apiVersion") ?? "", value.TextAt("kind") ?? "")
            ?? throw Problem(document, $"no such kind: apiVersion {value.TextAt("apiVersion")}, kind {value.TextAt("kind")}");
        var name = value.TextAt("metadata", "name") ?? throw Problem(document, "metadata.name is missing");
        var namespaceName = resource.Namespaced ? value.TextAt("metadata", "namespace") ?? "default" : null;
        var title = $"{resource.QualifiedName}/{name}";
        try
        {
            var applied = WithLastApplied(value, namespaceName);
            if (api.Find(resource, namespaceName, name) is null && TryCreate(resource, namespaceName, applied))
                return $"{title} created";

            var before = api.Get(resource, namespaceName, name);
            var after = api.Modify(resource, namespaceName, name, current => Merge(current, applied), Options);
            return after.Revision == before.Revision ? $"{title} unchanged" : $"{title} configured";
        }
        catch (ApiError error)
        {
            throw Problem(document, error.Message);
        }
    }

    /// <summary>False when somebody was faster, as those who furnish a new namespace may be.</summary>
    private bool TryCreate(ResourceInfo resource, string? namespaceName, JsonObject value)
    {
        try
        {
            api.Create(resource, namespaceName, value.DeepClone().AsObject(), Options);
            return true;
        }
        catch (ApiError error) when (error.Reason == "AlreadyExists")
        {
            return false;
        }
    }

    private static ManifestException Problem(ManifestDocument document, string problem) =>
        new(document.File, document.Line, document.Index, problem);

    private static JsonObject WithLastApplied(JsonObject value, string? namespaceName)
    {
        var copy = value.DeepClone().AsObject();
        if (namespaceName is not null)
            copy.Ensure("metadata")["namespace"] = namespaceName;
        copy.Ensure("metadata").Ensure("annotations").Remove(LastApplied);
        var text = copy.ToJsonString() + "\n";
        copy.Ensure("metadata").Ensure("annotations")[LastApplied] = text;
        return copy;
    }

    /// <summary>Members of objects are merged, everything else is replaced; what is not in the manifest stays.</summary>
    private static void Merge(JsonObject current, JsonObject applied)
    {
        foreach (var (name, value) in applied)
        {
            if (value is JsonObject member && current[name] is JsonObject existing)
                Merge(existing, member);
            else
                current[name] = value?.DeepClone();
        }
    }
}
