namespace YarpIngress.LocalCluster.Validation;

/// <summary>One broken rule, as a cause of a 422 Invalid answer.</summary>
/// <param name="Reason">FieldValueInvalid, FieldValueRequired, …</param>
/// <param name="Field">Path, such as <c>spec.rules[0].host</c>.</param>
/// <param name="Message">Without the field: <c>Invalid value: "foo": must be an absolute path</c>, as a Status cause has it.</param>
internal sealed record FieldError(string Reason, string Field, string Message)
{
    /// <summary>With the field, as the answer's message has it.</summary>
    public override string ToString() => $"{Field}: {Message}";

    /// <summary>Several errors in one message, each text once: <c>[a, b]</c>.</summary>
    public static string Join(IReadOnlyList<FieldError> errors)
    {
        var texts = errors.Select(e => e.ToString()).Distinct().ToList();
        return texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
    }
}
