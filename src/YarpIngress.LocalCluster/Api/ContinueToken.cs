using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Where the next page of a list starts and which snapshot it is a page of; the same encoding as upstream's.</summary>
/// <param name="Revision">The snapshot; -1 for "whatever is there by then".</param>
/// <param name="After">Key of the last object that was listed.</param>
internal readonly record struct ContinueToken(long Revision, string After)
{
    private const string Version = "meta.k8s.io/v1";

    public static ContinueToken Parse(string text)
    {
        try
        {
            var padded = text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
            if (JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(padded))) is JsonObject token
                && token["v"].AsString() == Version
                && token["rv"].AsInteger() is { } revision and not 0
                && token["start"].AsString() is { Length: > 0 } start)
            {
                return new ContinueToken(revision, start.TrimEnd('\0'));
            }
        }
        catch (Exception e) when (e is FormatException or System.Text.Json.JsonException)
        {
            throw Invalid(e.Message);
        }
        throw Invalid("incorrect encoded start key (version meta.k8s.io/v1)");

        static ApiError Invalid(string why) => ApiError.BadRequest($"continue key is not valid: {why}");
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var json = new JsonObject { ["v"] = Version, ["rv"] = Revision, ["start"] = After + "\0" }.ToJsonString();
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }
}
