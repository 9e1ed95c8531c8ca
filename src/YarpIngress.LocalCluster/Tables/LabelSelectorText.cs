using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Tables;

/// <summary>A LabelSelector object (matchLabels, matchExpressions) as one line; also the form of a query.</summary>
internal static class LabelSelectorText
{
    public static string Of(JsonNode? selector)
    {
        var terms = new List<string>();
        if (selector?["matchLabels"] is JsonObject labels)
            terms.AddRange(labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value.AsString()}"));
        if (selector?["matchExpressions"] is JsonArray expressions)
            terms.AddRange(expressions.OfType<JsonObject>().Select(Term));
        return terms.Count == 0 ? TableRow.None : string.Join(',', terms);
    }

    private static string Term(JsonObject expression)
    {
        var key = expression["key"].AsString();
        var values = string.Join(
            ',', (expression["values"] as JsonArray ?? []).Select(Json.AsString).Order(StringComparer.Ordinal));
        return expression["operator"].AsString() switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "DoesNotExist" => $"!{key}",
            _ => key ?? "",
        };
    }
}
