using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of label selectors, and how they match.</summary>
internal static class SelectorRules
{
    public static void Check(FieldErrors errors, string path, JsonObject selector)
    {
        MetadataRules.Labels(errors, selector, $"{path}.matchLabels", "matchLabels");
        var i = 0;
        foreach (var requirement in selector.Objects("matchExpressions"))
        {
            var at = $"{path}.matchExpressions[{i++}]";
            var values = requirement.Array("values")?.Count ?? 0;
            switch (requirement.String("operator"))
            {
                case "In" or "NotIn":
                    if (values == 0)
                    {
                        errors.Required($"{at}.values", "must be specified when `operator` is 'In' or 'NotIn'");
                    }

                    break;
                case "Exists" or "DoesNotExist":
                    if (values > 0)
                    {
                        errors.Forbidden($"{at}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                    }

                    break;
                case var other:
                    errors.Invalid($"{at}.operator", other, "not a valid selector operator");
                    break;
            }

            var key = requirement.String("key") ?? "";
            errors.Invalid($"{at}.key", key, Names.QualifiedName(key));
            for (var v = 0; v < values; v++)
            {
                var value = requirement.Array("values")![v].AsString() ?? "";
                errors.Invalid($"{at}.values[{v}]", value, Names.LabelValue(value));
            }
        }
    }

    public static bool Matches(JsonObject selector, JsonObject? labels)
    {
        foreach (var (key, value) in selector.Object("matchLabels") ?? [])
        {
            if (labels.String(key) != value.AsString())
            {
                return false;
            }
        }

        return selector.Objects("matchExpressions").All(r => Matches(r, labels.String(r.String("key") ?? "")));
    }

    private static bool Matches(JsonObject requirement, string? value)
    {
        var listed = value is not null && requirement.Array("values")?.Any(v => v.AsString() == value) == true;
        return requirement.String("operator") switch
        {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => value is not null,
            _ => value is null,
        };
    }
}
