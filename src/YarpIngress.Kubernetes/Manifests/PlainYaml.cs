using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace YarpIngress.Kubernetes;

/// <summary>
/// A short YAML (or JSON) text inside of an object, such as an annotation: maps, lists and texts. What is written without quotes is
/// a text as well, so that <c>00:10</c>, <c>1.10</c> and <c>no</c> stay what somebody wrote.
/// </summary>
public static class PlainYaml
{
    private const int LongestText = 64 * 1024;
    private const int MostNodes = 10_000;
    private const int MostLevels = 20;

    /// <summary>Maps as <see cref="JsonObject"/>, lists as <see cref="JsonArray"/>, texts as strings; null for an empty text.</summary>
    /// <exception cref="FormatException">It is no YAML, or too large.</exception>
    public static JsonNode? Read(string text)
    {
        if (text.Length > LongestText)
            throw new FormatException($"must be at most {LongestText} characters of YAML");
        try
        {
            var documents = YamlJson.Documents(new StringReader(text)).ToList();
            var nodes = 0;
            return documents switch
            {
                [] => null,
                [var only] => Convert(only.RootNode, ref nodes, 0),
                _ => throw new FormatException("must be one YAML document"),
            };
        }
        catch (YamlException error)
        {
            throw new FormatException($"must be YAML; line {error.Start.Line}, column {error.Start.Column} is none", error);
        }
    }

    private static JsonNode Convert(YamlNode node, ref int nodes, int level)
    {
        // Counted as they are written out: an alias stands for all that it names.
        if (++nodes > MostNodes || level > MostLevels)
            throw new FormatException($"must be YAML of at most {MostNodes} values and {MostLevels} levels");
        switch (node)
        {
            case YamlScalarNode scalar:
                return JsonValue.Create(scalar.Value ?? "");
            case YamlSequenceNode sequence:
                var list = new JsonArray();
                foreach (var item in sequence.Children)
                    list.Add(Convert(item, ref nodes, level + 1));
                return list;
            case YamlMappingNode mapping:
                var map = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                {
                    if (key is not YamlScalarNode { Value: { } name } || map.ContainsKey(name))
                        throw new FormatException("must be YAML whose keys are texts, each there once");
                    map[name] = Convert(value, ref nodes, level + 1);
                }
                return map;
            default:
                throw new FormatException("must be YAML without an alias to something that contains it");
        }
    }
}
