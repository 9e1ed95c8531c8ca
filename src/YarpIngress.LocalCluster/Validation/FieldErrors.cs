using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Collects errors in upstream's wording.</summary>
internal sealed class FieldErrors
{
    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> List => _errors;

    public void Required(string field, string detail = "") => Add("FieldValueRequired", field, "Required value", detail);

    public void Forbidden(string field, string detail) => Add("FieldValueForbidden", field, "Forbidden", detail);

    public void Invalid(string field, JsonNode? value, string detail) =>
        Add("FieldValueInvalid", field, $"Invalid value: {Quoted(value)}", detail);

    /// <summary>An error for each message.</summary>
    public void Invalid(string field, JsonNode? value, IEnumerable<string> details)
    {
        foreach (var detail in details)
        {
            Invalid(field, value, detail);
        }
    }

    /// <summary>The value as the message has it, for what upstream prints in Go syntax.</summary>
    public void InvalidLiteral(string field, string value, string detail) =>
        Add("FieldValueInvalid", field, $"Invalid value: {value}", detail);

    public void Duplicate(string field, JsonNode? value) => Add("FieldValueDuplicate", field, $"Duplicate value: {Quoted(value)}", "");

    public void NotFound(string field, JsonNode? value) => Add("FieldValueNotFound", field, $"Not found: {Quoted(value)}", "");

    public void NotSupported(string field, string? value, params IReadOnlyList<string> supported) =>
        Add(
            "FieldValueNotSupported", field, $"Unsupported value: {Quoted(value)}",
            $"supported values: {string.Join(", ", supported.Select(s => $"\"{s}\""))}");

    public void TooLong(string field, int max) =>
        Add("FieldValueTooLong", field, "Too long", string.Create(CultureInfo.InvariantCulture, $"may not be more than {max} bytes"));

    public void TooMany(string field, int actual, int max) => Add(
        "FieldValueTooMany",
        field,
        string.Create(CultureInfo.InvariantCulture, $"Too many: {actual}"),
        string.Create(CultureInfo.InvariantCulture, $"must have at most {max} items"));

    private void Add(string reason, string field, string body, string detail) =>
        _errors.Add(new FieldError(reason, field, detail.Length == 0 ? body : $"{body}: {detail}"));

    private static string Quoted(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.String => GoQuoted(value.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    private static string GoQuoted(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}
