using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Tables;

/// <summary>A LabelSelector object (matchLabels, matchExpressions) as one line; also the form of a query.</summary>
internal static class LabelSelectorText
{
    public static string Of(JsonNode? selector)
    {
        var terms = new List<string>();
        if (selector?["matchLabels"] is JsonObject labels)
            terms.AddRange(labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={ObjectMetadata.AsText(l.Value)}"));
        if (selector?["matchExpressions"] is JsonArray expressions)
            terms.AddRange(expressions.OfType<JsonObject>().Select(Term));
        return terms.Count == 0 ? TableRow.None : string.Join(',', terms);
    }

    private static string Term(JsonObject expression)
    {
        var key = ObjectMetadata.AsText(expression["key"]);
        var values = string.Join(
            ',', (expression["values"] as JsonArray ?? []).Select(ObjectMetadata.AsText).Order(StringComparer.Ordinal));
        return ObjectMetadata.AsText(expression["operator"]) switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "DoesNotExist" => $"!{key}",
            _ => key ?? "",
        };
    }
}
