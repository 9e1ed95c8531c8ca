using System.Globalization;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of container resources: no request above its limit, nothing negative.</summary>
internal static class ResourceRules
{
    private static readonly Dictionary<string, decimal> Suffixes = new(StringComparer.Ordinal)
    {
        ["n"] = 1e-9m,
        ["u"] = 1e-6m,
        ["m"] = 1e-3m,
        [""] = 1,
        ["k"] = 1e3m,
        ["M"] = 1e6m,
        ["G"] = 1e9m,
        ["T"] = 1e12m,
        ["P"] = 1e15m,
        ["E"] = 1e18m,
        ["Ki"] = 1L << 10,
        ["Mi"] = 1L << 20,
        ["Gi"] = 1L << 30,
        ["Ti"] = 1L << 40,
        ["Pi"] = 1L << 50,
        ["Ei"] = 1L << 60,
    };

    public static void Check(FieldErrors errors, string path, JsonObject? resources)
    {
        var limits = resources.Object("limits") ?? [];
        NotNegative(errors, $"{path}.limits", limits);
        var requests = resources.Object("requests") ?? [];
        NotNegative(errors, $"{path}.requests", requests);
        foreach (var (name, request) in requests)
        {
            if (limits[name] is { } limit && Amount(request) > Amount(limit))
            {
                errors.Invalid(
                    $"{path}.requests", request.AsString() ?? request?.ToJsonString(),
                    $"must be less than or equal to {name} limit of {limit}");
            }
        }
    }

    private static void NotNegative(FieldErrors errors, string path, JsonObject quantities)
    {
        foreach (var (name, value) in quantities)
        {
            if (Amount(value) < 0)
            {
                errors.Invalid($"{path}[{name}]", value.AsString() ?? value?.ToJsonString(), "must be greater than or equal to 0");
            }
        }
    }

    private static decimal? Amount(JsonNode? value)
    {
        var text = value.AsString() ?? value?.ToJsonString() ?? "";
        var digits = text.AsSpan().IndexOfAnyExcept("0123456789.+-");
        var (number, suffix) = digits < 0 ? (text, "") : (text[..digits], text[digits..]);
        if (Suffixes.TryGetValue(suffix, out var factor)
            && decimal.TryParse(number, NumberStyles.Number, CultureInfo.InvariantCulture, out var amount))
        {
            // Beyond what decimal holds nothing is compared.
            return Math.Abs(amount) < 1e9m ? amount * factor : null;
        }

        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var scientific) ? scientific : null;
    }
}
