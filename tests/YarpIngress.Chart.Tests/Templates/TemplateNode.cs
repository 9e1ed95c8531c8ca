namespace YarpIngress.Chart.Tests.Templates;

/// <summary>A part of a template.</summary>
internal abstract record TemplateNode;

internal sealed record TextNode(string Text) : TemplateNode;

internal sealed record OutputNode(Pipeline Pipeline) : TemplateNode;

internal sealed record IfNode(Pipeline Condition, IReadOnlyList<TemplateNode> Then, IReadOnlyList<TemplateNode> Else) : TemplateNode;

internal sealed record WithNode(Pipeline Value, IReadOnlyList<TemplateNode> Then, IReadOnlyList<TemplateNode> Else) : TemplateNode;

/// <param name="Key">Variable of the key; null when there is none.</param>
/// <param name="Value">Variable of the value; null when there is none.</param>
/// <param name="Items">What is walked.</param>
/// <param name="Body">For each.</param>
/// <param name="Else">When there is nothing.</param>
internal sealed record RangeNode(
    string? Key, string? Value, Pipeline Items, IReadOnlyList<TemplateNode> Body, IReadOnlyList<TemplateNode> Else) : TemplateNode;

/// <param name="Variable">What is set to the result; null when it is the value of the action.</param>
/// <param name="Declares">A new variable (<c>:=</c>), or one that is there (<c>=</c>).</param>
/// <param name="Commands">Each gets the result of the one before as its last argument.</param>
internal sealed record Pipeline(string? Variable, bool Declares, IReadOnlyList<Command> Commands);

/// <param name="Operands">A function or method and its arguments, or a single value.</param>
internal sealed record Command(IReadOnlyList<Operand> Operands);

/// <summary>A value, and the fields that are read from it.</summary>
internal abstract record Operand(IReadOnlyList<string> Fields);

internal sealed record DotOperand(IReadOnlyList<string> Fields) : Operand(Fields);

internal sealed record VariableOperand(string Name, IReadOnlyList<string> Fields) : Operand(Fields);

internal sealed record LiteralOperand(object? Value) : Operand([]);

internal sealed record FunctionOperand(string Name) : Operand([]);

internal sealed record GroupOperand(Pipeline Pipeline, IReadOnlyList<string> Fields) : Operand(Fields);
