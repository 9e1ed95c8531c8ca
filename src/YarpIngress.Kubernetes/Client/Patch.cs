using System.Text.Json.Nodes;

namespace YarpIngress.Kubernetes;

/// <summary>A partial change, in one of the four forms that the API knows.</summary>
public sealed class Patch
{
    private Patch(string contentType, JsonNode body) => (ContentType, Body) = (contentType, body);

    internal string ContentType { get; }

    internal JsonNode Body { get; }

    internal string? FieldManager { get; private init; }

    internal bool Force { get; private init; }

    /// <summary>JSON merge patch (RFC 7386): null removes a field, lists are replaced as a whole.</summary>
    public static Patch Merge(JsonNode body) => new("application/merge-patch+json", body);

    /// <summary>Strategic merge patch: lists that have a key are merged item by item.</summary>
    public static Patch StrategicMerge(JsonNode body) => new("application/strategic-merge-patch+json", body);

    /// <summary>JSON patch (RFC 6902): a list of operations.</summary>
    public static Patch Json(JsonArray operations) => new("application/json-patch+json", operations);

    /// <summary>Server-side apply: the fields that <paramref name="fieldManager"/> wants; the object is made when it is missing.</summary>
    /// <param name="body">The whole intent with apiVersion, kind and metadata.name.</param>
    /// <param name="fieldManager">Who owns the fields from then on.</param>
    /// <param name="force">Whether fields of other owners are taken over; else they are a conflict (409).</param>
    public static Patch Apply(JsonNode body, string fieldManager, bool force = false) =>
        new("application/apply-patch+yaml", body) { FieldManager = fieldManager, Force = force };
}
