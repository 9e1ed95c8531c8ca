using System.Globalization;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Content negotiation by upstream's rules: JSON and YAML, Tables and bare metadata on request; no protobuf.</summary>
internal static class Negotiation
{
    private static readonly string[] Accepted = ["application/json", "application/yaml"];

    /// <summary>The first form in the client's order of preference that is served.</summary>
    public static OutputFormat Output(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        if (accept.Length == 0)
            return OutputFormat.Json;
        var include = request.Query["includeObject"].ToString() switch
        {
            "" or "Metadata" => IncludeObject.Metadata,
            "None" => IncludeObject.None,
            "Object" => IncludeObject.Object,
            var other => throw ApiError.BadRequest($"unrecognized includeObject value: {other}"),
        };
        foreach (var clause in Clauses(accept))
        {
            if (Find(clause, include) is { } format)
                return format;
        }
        throw ApiError.NotAcceptable(Accepted);
    }

    /// <summary>The media type of a header without its parameters, in lower case.</summary>
    public static string MediaType(string? header) => (header ?? "").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The media ranges of an Accept header, best first.</summary>
    public static IEnumerable<(string Type, Dictionary<string, string> Parameters)> Clauses(string accept) =>
        accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(Clause)
            .OrderByDescending(c => Quality(c.Parameters));

    private static OutputFormat? Find((string Type, Dictionary<string, string> Parameters) clause, IncludeObject include)
    {
        bool yaml;
        switch (clause.Type)
        {
            case "application/json" or "*/*" or "application/*":
                yaml = false;
                break;
            case "application/yaml":
                yaml = true;
                break;
            default:
                return null;
        }
        if (!clause.Parameters.TryGetValue("as", out var kind) || kind.Length == 0)
            return new OutputFormat(OutputShape.Object, Yaml: yaml);
        if (clause.Parameters.GetValueOrDefault("g") != "meta.k8s.io" || clause.Parameters.GetValueOrDefault("v") is not ("v1" or "v1beta1")
            || yaml)
            return null;
        var version = clause.Parameters["v"];
        return kind switch
        {
            "Table" => new OutputFormat(OutputShape.Table, version, false, include),
            "PartialObjectMetadata" or "PartialObjectMetadataList" => new OutputFormat(OutputShape.Metadata, version),
            _ => null,
        };
    }

    private static (string Type, Dictionary<string, string> Parameters) Clause(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.Skip(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                parameters[part[..equals].Trim()] = part[(equals + 1)..].Trim().Trim('"');
        }
        return (parts[0].ToLowerInvariant(), parameters);
    }

    private static double Quality(Dictionary<string, string> parameters) =>
        parameters.TryGetValue("q", out var text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var quality) ? quality : 1;
}
