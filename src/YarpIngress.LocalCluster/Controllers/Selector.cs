using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Selectors;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>The selectors that objects carry.</summary>
internal static class Selector
{
    /// <summary>A <c>matchLabels</c>/<c>matchExpressions</c> selector as Deployments and ReplicaSets have.</summary>
    public static LabelSelector Of(JsonObject? selector)
    {
        var requirements = selector.ObjectAt("matchLabels").TextMap()
            .Select(label => new LabelRequirement(label.Key, LabelOperator.In, [label.Value]))
            .ToList();
        foreach (var expression in selector.ItemsAt("matchExpressions"))
        {
            var values = expression["values"] is JsonArray list ? list.Select(value => value?.GetValue<string>() ?? "").ToList() : [];
            requirements.Add(new LabelRequirement(expression.TextAt("key") ?? "", OperatorOf(expression.TextAt("operator")), values));
        }

        return new LabelSelector(requirements);
    }

    /// <summary>Whether a Service's selector takes these labels. An empty selector takes nothing.</summary>
    public static bool Takes(IReadOnlyDictionary<string, string>? selector, IReadOnlyDictionary<string, string> labels)
    {
        if (selector is not { Count: > 0 })
            return false;
        foreach (var (name, value) in selector)
        {
            if (!labels.TryGetValue(name, out var actual) || actual != value)
                return false;
        }

        return true;
    }

    private static LabelOperator OperatorOf(string? name) => name switch
    {
        "In" => LabelOperator.In,
        "NotIn" => LabelOperator.NotIn,
        "Exists" => LabelOperator.Exists,
        "DoesNotExist" => LabelOperator.DoesNotExist,
        _ => throw new FormatException($"selector operator '{name}': In, NotIn, Exists or DoesNotExist"),
    };
}
