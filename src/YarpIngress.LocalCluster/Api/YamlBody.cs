using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;

namespace YarpIngress.LocalCluster.Api;

/// <summary>YAML request bodies.</summary>
internal static class YamlBody
{
    public static JsonNode Parse(byte[] bytes)
    {
        try
        {
            var documents = ManifestReader.ReadText(Encoding.UTF8.GetString(bytes), "the body of the request");
            return documents.Count == 1
                ? documents[0].Object.DeepClone()
                : throw ApiError.BadRequest($"yaml: expected one document in the body of the request, found {documents.Count}");
        }
        catch (ManifestException e)
        {
            throw ApiError.BadRequest($"error converting YAML to JSON: {e.Message}");
        }
    }
}
