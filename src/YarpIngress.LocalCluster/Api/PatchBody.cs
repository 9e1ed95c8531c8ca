using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Patches;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Api;

/// <summary>How a patch is to be read.</summary>
internal enum PatchKind
{
    Json,
    Merge,
    StrategicMerge,
    Apply,
}

/// <summary>A patch.</summary>
/// <param name="Kind">How to read it.</param>
/// <param name="Body">The patch itself.</param>
internal sealed record PatchBody(PatchKind Kind, JsonNode? Body)
{
    /// <summary>The media type of a server-side apply.</summary>
    public const string ApplyType = "application/apply-patch+yaml";

    private static readonly string[] Accepted =
    [
        "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", ApplyType,
    ];

    public static PatchKind KindOf(string? contentType) => Negotiation.MediaType(contentType) switch
    {
        "application/json-patch+json" => PatchKind.Json,
        "application/merge-patch+json" => PatchKind.Merge,
        "application/strategic-merge-patch+json" => PatchKind.StrategicMerge,
        ApplyType => PatchKind.Apply,
        _ => throw ApiError.UnsupportedMediaType(Accepted),
    };

    /// <summary>The patched document; for all kinds but server-side apply.</summary>
    public JsonObject ApplyTo(JsonObject document, KindSchema schema)
    {
        try
        {
            return Kind switch
            {
                PatchKind.Json => JsonPatch.Apply(document, Body),
                PatchKind.Merge => MergePatch.Apply(document, Body),
                PatchKind.StrategicMerge => StrategicMergePatch.Apply(document, Body, schema),
                _ => throw new InvalidOperationException("Server-side apply needs the field managers."),
            };
        }
        catch (PatchException e)
        {
            throw e.StatusCode == 422 ? ApiError.PatchFailed(e.Message) : ApiError.BadRequest(e.Message);
        }
    }
}
