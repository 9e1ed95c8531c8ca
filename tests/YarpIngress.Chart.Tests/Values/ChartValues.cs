using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;

namespace YarpIngress.Chart.Tests.Values;

/// <summary>Values of the chart: files, one over the other.</summary>
internal static class ChartValues
{
    public static JsonObject Read(string text) =>
        ManifestReader.ReadText(text) is [var document] ? document.Object : [];

    /// <summary>
    /// <paramref name="over"/> over <paramref name="values"/>, as Helm lays files over each other; null takes a key away.
    /// </summary>
    public static JsonObject Merge(JsonObject values, JsonObject over)
    {
        var result = values.DeepClone().AsObject();
        foreach (var (key, value) in over)
        {
            if (value is null)
                result.Remove(key);
            else
                result[key] = value is JsonObject inner && result[key] is JsonObject before ? Merge(before, inner) : value.DeepClone();
        }
        return result;
    }

    /// <summary>As templates see them: numbers are what Go makes of JSON's.</summary>
    public static object? ForTemplates(JsonNode? node) => node switch
    {
        JsonObject map => map.ToDictionary(pair => pair.Key, pair => ForTemplates(pair.Value)),
        JsonArray list => list.Select(ForTemplates).ToList(),
        null => null,
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => node.GetValue<double>(),
            _ => node.GetValue<string>(),
        },
    };
}
