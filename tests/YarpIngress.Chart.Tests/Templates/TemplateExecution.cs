using System.Collections;
using System.Text;

namespace YarpIngress.Chart.Tests.Templates;

/// <summary>Executes nodes as Go's text/template does. Values are null, bool, long, double, string, lists and dictionaries.</summary>
internal sealed class TemplateExecution
{
    private readonly IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> _definitions;
    private readonly List<(string Name, object? Value)> _variables;
    private readonly StringBuilder _output = new();

    private TemplateExecution(IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> definitions, object? data)
    {
        _definitions = definitions;
        _variables = [("", data)];
    }

    public static string Run(
        IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> definitions, IReadOnlyList<TemplateNode> nodes, object? data)
    {
        var execution = new TemplateExecution(definitions, data);
        execution.Run(nodes, data);
        return execution._output.ToString();
    }

    /// <summary>A named template, as the function <c>include</c> runs it.</summary>
    public string Include(string name, object? data) => _definitions.TryGetValue(name, out var nodes)
        ? Run(_definitions, nodes, data)
        : throw new TemplateException($"there is no template {name}");

    /// <summary>What an <c>if</c> asks.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        ICollection items => items.Count > 0,
        _ => true,
    };

    private void Run(IReadOnlyList<TemplateNode> nodes, object? dot)
    {
        var scope = _variables.Count;
        foreach (var node in nodes)
            Run(node, dot);
        _variables.RemoveRange(scope, _variables.Count - scope);
    }

    private void Run(TemplateNode node, object? dot)
    {
        var scope = _variables.Count;
        switch (node)
        {
            case TextNode text:
                _output.Append(text.Text);
                return;
            case OutputNode output:
                var value = Evaluate(output.Pipeline, dot);
                if (output.Pipeline.Variable is null)
                    _output.Append(TemplateFunctions.Print(value));
                return;
            case IfNode choice:
                Run(IsTrue(Evaluate(choice.Condition, dot)) ? choice.Then : choice.Else, dot);
                break;
            case WithNode with:
                var inner = Evaluate(with.Value, dot);
                Run(IsTrue(inner) ? with.Then : with.Else, IsTrue(inner) ? inner : dot);
                break;
            case RangeNode range:
                Range(range, Evaluate(range.Items, dot), dot);
                break;
        }
        _variables.RemoveRange(scope, _variables.Count - scope);
    }

    private void Range(RangeNode range, object? items, object? dot)
    {
        var any = false;
        foreach (var (key, value) in Items(items))
        {
            any = true;
            var scope = _variables.Count;
            if (range.Key is not null)
                _variables.Add((range.Key, key));
            if (range.Value is not null)
                _variables.Add((range.Value, value));
            Run(range.Body, value);
            _variables.RemoveRange(scope, _variables.Count - scope);
        }
        if (!any)
            Run(range.Else, dot);
    }

    private static IEnumerable<(object? Key, object? Value)> Items(object? items) => items switch
    {
        null => [],
        IReadOnlyList<object?> list => list.Select((value, index) => ((object?)(long)index, value)),
        IReadOnlyDictionary<string, object?> map =>
            map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => ((object?)pair.Key, pair.Value)),
        _ => throw new TemplateException($"range can't walk over {TemplateFunctions.Print(items)}"),
    };

    private object? Evaluate(Pipeline pipeline, object? dot)
    {
        object? result = null;
        var first = true;
        foreach (var command in pipeline.Commands)
        {
            result = Evaluate(command, dot, first ? [] : [result]);
            first = false;
        }
        if (pipeline.Variable is { } name)
            Assign(name, pipeline.Declares, result);
        return result;
    }

    private void Assign(string name, bool declares, object? value)
    {
        var at = _variables.FindLastIndex(variable => variable.Name == name);
        if (declares)
            _variables.Add((name, value));
        else if (at >= 0)
            _variables[at] = (name, value);
        else
            throw new TemplateException($"there is no variable ${name}");
    }

    private object? Evaluate(Command command, object? dot, object?[] last)
    {
        var head = command.Operands[0];
        var rest = command.Operands.Skip(1);
        if (head is FunctionOperand function)
            return function.Name is "and" or "or"
                ? Choose(function.Name == "and", command.Operands.Skip(1), dot, last)
                : TemplateFunctions.Call(this, function.Name, [.. rest.Select(operand => Evaluate(operand, dot)), .. last]);
        var value = Evaluate(head, dot);
        if (value is Func<object?[], object?> method)
            return method([.. rest.Select(operand => Evaluate(operand, dot)), .. last]);
        return command.Operands.Count == 1 && last.Length == 0
            ? value
            : throw new TemplateException("something that is not a function has arguments");
    }

    // What decides ends the evaluation, as in Go since 1.18: the rest may not exist.
    private object? Choose(bool and, IEnumerable<Operand> operands, object? dot, object?[] last)
    {
        object? value = null;
        foreach (var operand in operands.Select(operand => new Lazy<object?>(() => Evaluate(operand, dot)))
            .Concat(last.Select(given => new Lazy<object?>(() => given))))
        {
            value = operand.Value;
            if (IsTrue(value) != and)
                return value;
        }
        return value;
    }

    private object? Evaluate(Operand operand, object? dot) => operand switch
    {
        DotOperand => Fields(dot, operand.Fields),
        VariableOperand variable => Fields(Variable(variable.Name), operand.Fields),
        LiteralOperand literal => literal.Value,
        GroupOperand group => Fields(Evaluate(group.Pipeline, dot), operand.Fields),
        FunctionOperand function => TemplateFunctions.Call(this, function.Name, []),
        _ => throw new TemplateException("an operand of no kind"),
    };

    private object? Variable(string name)
    {
        var at = _variables.FindLastIndex(variable => variable.Name == name);
        return at >= 0 ? _variables[at].Value : throw new TemplateException($"there is no variable ${name}");
    }

    private static object? Fields(object? value, IReadOnlyList<string> fields)
    {
        foreach (var field in fields)
            value = value is IReadOnlyDictionary<string, object?> map
                ? map.GetValueOrDefault(field)
                : throw new TemplateException($".{field} of {TemplateFunctions.Print(value)}, which has no fields");
        return value;
    }
}
