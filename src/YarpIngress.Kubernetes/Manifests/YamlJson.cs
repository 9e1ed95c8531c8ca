using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace YarpIngress.Kubernetes;

/// <summary>YAML documents as the JSON that an API server would get from kubectl.</summary>
internal static class YamlJson
{
    private const int MaxDepth = 200;

    /// <summary>Aliases of aliases can blow a small file up beyond any memory.</summary>
    private const int MaxNodes = 4_000_000;

    /// <summary>The documents of <paramref name="text"/>; those that are empty are left out.</summary>
    public static IEnumerable<YamlDocument> Documents(TextReader text)
    {
        var stream = new YamlStream();
        stream.Load(new ShallowParser(new Parser(text)));
        return stream.Documents.Where(document => document.RootNode is not YamlScalarNode { Value: null or "" });
    }

    public static JsonNode? Convert(YamlNode node)
    {
        // Written and read back, so that the nodes are the same as those that come over HTTP: a number is then
        // convertible to any type that it fits.
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaxDepth + 1 }))
        {
            var nodes = 0;
            Write(json, node, ref nodes, 0);
        }

        return JsonNode.Parse(
            buffer.GetBuffer().AsSpan(0, (int)buffer.Length), documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth + 1 });
    }

    private static void Write(Utf8JsonWriter json, YamlNode node, ref int nodes, int depth)
    {
        if (depth > MaxDepth || ++nodes > MaxNodes)
            throw new YamlException(node.Start, node.End, $"more than {MaxDepth} levels or {MaxNodes} values");

        switch (node)
        {
            case YamlScalarNode scalar:
                YamlScalar.Write(json, scalar);
                break;
            case YamlSequenceNode sequence:
                json.WriteStartArray();
                foreach (var item in sequence.Children)
                    Write(json, item, ref nodes, depth + 1);
                json.WriteEndArray();
                break;
            case YamlMappingNode mapping:
                json.WriteStartObject();
                foreach (var (key, value) in Fields(mapping, depth))
                {
                    json.WritePropertyName(key);
                    Write(json, value, ref nodes, depth + 1);
                }

                json.WriteEndObject();
                break;
            default:
                throw new YamlException(node.Start, node.End, "an alias to something that contains it");
        }
    }

    /// <summary>The fields with merge keys (<c>&lt;&lt;: *base</c>) resolved: what is written in the mapping itself wins.</summary>
    private static Dictionary<string, YamlNode> Fields(YamlMappingNode mapping, int depth)
    {
        if (depth > MaxDepth)
            throw new YamlException(mapping.Start, mapping.End, $"more than {MaxDepth} levels");

        var fields = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        List<YamlMappingNode>? merged = null;
        foreach (var (key, value) in mapping.Children)
        {
            if (key is not YamlScalarNode scalar)
                throw new YamlException(key.Start, key.End, "a key must be a plain value");

            if (scalar is { Value: "<<", Style: ScalarStyle.Plain })
                (merged ??= []).AddRange(Merged(value));
            else if (!fields.TryAdd(YamlScalar.Key(scalar), value))
                throw new YamlException(key.Start, key.End, $"the key {scalar.Value} is there twice");
        }

        foreach (var source in merged ?? [])
        {
            foreach (var (key, value) in Fields(source, depth + 1))
                fields.TryAdd(key, value);
        }

        return fields;
    }

    private static IEnumerable<YamlMappingNode> Merged(YamlNode value) => value switch
    {
        YamlMappingNode mapping => [mapping],
        YamlSequenceNode sequence when sequence.Children.All(item => item is YamlMappingNode) => sequence.Children.Cast<YamlMappingNode>(),
        _ => throw new YamlException(value.Start, value.End, "<< needs a mapping or a list of mappings"),
    };

    /// <summary>
    /// The representation model is built by recursion, so a file of
    /// brackets would end the process: the depth is checked before.
    /// </summary>
    private sealed class ShallowParser(Parser parser) : IParser
    {
        private int _depth;

        public ParsingEvent? Current => parser.Current;

        public bool MoveNext()
        {
            if (!parser.MoveNext())
                return false;

            _depth += parser.Current!.NestingIncrease;
            return _depth <= MaxDepth
                ? true
                : throw new YamlException(parser.Current.Start, parser.Current.End, $"more than {MaxDepth} levels");
        }
    }
}
