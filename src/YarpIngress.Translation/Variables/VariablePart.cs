namespace YarpIngress.Translation.Variables;

/// <summary>A piece of a <see cref="VariableText"/>: a literal, a variable, or a capture of a regular expression.</summary>
/// <param name="Literal">The text itself; null for what depends on the request.</param>
/// <param name="Variable">A name of <see cref="VariableNames"/>; null for literals and captures.</param>
/// <param name="Member">Of a family of variables the header, cookie or parameter that is meant.</param>
/// <param name="Capture">The group of the regular expression, 1 to 9; 0 for literals and variables.</param>
public readonly record struct VariablePart(string? Literal, string? Variable, string Member, int Capture)
{
    internal static VariablePart Text(string literal) => new(literal, null, "", 0);

    internal static VariablePart Of(string variable, string member = "") => new(null, variable, member, 0);

    internal static VariablePart Group(int capture) => new(null, null, "", capture);
}
