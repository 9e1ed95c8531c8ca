using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace YarpIngress.Chart.Tests.Values;

/// <summary>Checks values against the part of JSON Schema that values.schema.json uses; what it does not know is an error.</summary>
internal static class SchemaCheck
{
    public static IEnumerable<string> Errors(JsonObject schema, JsonNode? value, string path = "")
    {
        foreach (var (keyword, rule) in schema)
            foreach (var error in Errors(schema, keyword, rule!, value, path))
                yield return error;
    }

    private static IEnumerable<string> Errors(JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string path) =>
        (keyword, value) switch
        {
            ("$schema" or "title" or "description", _) => [],
            ("type", _) => Types(rule).Any(type => HasType(value, type)) ? [] : [$"{path}: must be {string.Join(" or ", Types(rule))}"],
            ("enum", _) => rule.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value))
                ? []
                : [$"{path}: must be one of {rule.ToJsonString()}"],
            ("properties", JsonObject map) => rule.AsObject().Where(pair => map.ContainsKey(pair.Key))
                .SelectMany(pair => Errors(pair.Value!.AsObject(), map[pair.Key], Below(path, pair.Key))),
            ("additionalProperties", JsonObject map) => map.Where(pair => schema["properties"]?[pair.Key] is null)
                .SelectMany(pair => rule is JsonObject inner
                    ? Errors(inner, pair.Value, Below(path, pair.Key))
                    : [$"{(path.Length == 0 ? "(root)" : path)}: Additional property {pair.Key} is not allowed"]),
            ("maxProperties", JsonObject map) => map.Count <= rule.GetValue<int>() ? [] : [$"{path}: must be empty"],
            ("required", JsonObject map) => rule.AsArray().Select(key => key!.GetValue<string>()).Where(key => !map.ContainsKey(key))
                .Select(key => $"{path}: {key} is missing"),
            ("items", JsonArray list) => list.SelectMany((item, index) => Errors(rule.AsObject(), item, $"{path}[{index}]")),
            ("pattern", _) when Text(value) is { } text => Matches(rule, text) ? [] : [$"{path}: must match {rule}"],
            ("minLength", _) when Text(value) is { } text => text.Length >= rule.GetValue<int>() ? [] : [$"{path}: must not be empty"],
            ("minimum", _) when Number(value) is { } number => number >= rule.GetValue<double>() ? [] : [$"{path}: must be {rule} or more"],
            ("maximum", _) when Number(value) is { } number => number <= rule.GetValue<double>() ? [] : [$"{path}: must be {rule} or less"],
            ("properties" or "additionalProperties" or "maxProperties" or "required" or "items" or "pattern" or "minLength"
                or "minimum" or "maximum", _) => [],
            _ => [$"{path}: the schema says {keyword}, which is not known here"],
        };

    private static IEnumerable<string> Types(JsonNode rule) =>
        rule is JsonArray types ? types.Select(type => type!.GetValue<string>()) : [rule.GetValue<string>()];

    private static bool HasType(JsonNode? value, string type) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("number", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False) or ("null", JsonValueKind.Null) => true,
        ("integer", JsonValueKind.Number) => Number(value) is { } number && Math.Floor(number) == number,
        _ => false,
    };

    private static bool Matches(JsonNode pattern, string text) =>
        Regex.IsMatch(text, pattern.GetValue<string>(), RegexOptions.NonBacktracking);

    private static string? Text(JsonNode? value) => value?.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;

    private static double? Number(JsonNode? value) => value?.GetValueKind() is JsonValueKind.Number ? value.GetValue<double>() : null;

    private static string Below(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
