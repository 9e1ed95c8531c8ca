using System.Globalization;

namespace YarpIngress.Chart.Tests.Templates;

/// <summary>
/// Reads the part of Go's template language that the chart uses: output, <c>if</c>, <c>else if</c>, <c>else</c>, <c>with</c>,
/// <c>range</c>, <c>define</c>, variables, pipelines, comments. Anything else is refused, so that the chart stays within it.
/// </summary>
internal sealed class TemplateParser
{
    private readonly List<(string? Text, string? Action, int Line)> _parts;
    private readonly Dictionary<string, IReadOnlyList<TemplateNode>> _definitions;
    private int _next;

    private TemplateParser(string text, Dictionary<string, IReadOnlyList<TemplateNode>> definitions) =>
        (_parts, _definitions) = (TemplateParts.Split(text), definitions);

    /// <summary>The nodes of a file; what it defines goes into <paramref name="definitions"/>.</summary>
    public static IReadOnlyList<TemplateNode> Parse(
        string file, string text, Dictionary<string, IReadOnlyList<TemplateNode>> definitions)
    {
        var parser = new TemplateParser(text, definitions);
        try
        {
            var nodes = parser.Nodes(out var end);
            return end is null ? nodes : throw new TemplateException($"{{{{ {end} }}}} without a beginning");
        }
        catch (TemplateException error)
        {
            var line = parser._next == 0 ? 1 : parser._parts[parser._next - 1].Line;
            throw new TemplateException($"{file}:{line}: {error.Message}");
        }
    }

    /// <summary>Nodes up to an action that ends them.</summary>
    private List<TemplateNode> Nodes(out string? end)
    {
        var nodes = new List<TemplateNode>();
        while (_next < _parts.Count)
        {
            var (text, action, _) = _parts[_next++];
            if (text is not null)
            {
                nodes.Add(new TextNode(text));
                continue;
            }
            var tokens = new TokenReader(ActionTokens.Read(action!));
            if (tokens.Take(TokenKind.Word, "end") || tokens.Take(TokenKind.Word, "else"))
            {
                end = action;
                return nodes;
            }
            if (Block(tokens) is { } node)
                nodes.Add(node);
        }
        end = null;
        return nodes;
    }

    private TemplateNode? Block(TokenReader tokens)
    {
        if (tokens.Take(TokenKind.Word, "define"))
        {
            var name = tokens.Expect(TokenKind.Text);
            if (!_definitions.TryAdd(name, Body(out var rest)) || rest is not null)
                throw new TemplateException($"{name} is defined twice, or has an else");
            return null;
        }
        if (tokens.Take(TokenKind.Word, "if"))
            return If(tokens);
        if (tokens.Take(TokenKind.Word, "with"))
        {
            var value = PipelineReader.Read(tokens);
            var then = Body(out var otherwise);
            return new WithNode(value, then, otherwise is null ? [] : Last(otherwise));
        }
        if (tokens.Take(TokenKind.Word, "range"))
            return Range(tokens);
        return new OutputNode(PipelineReader.Read(tokens));
    }

    private IfNode If(TokenReader tokens)
    {
        var condition = PipelineReader.Read(tokens);
        var then = Body(out var otherwise);
        if (otherwise is null)
            return new IfNode(condition, then, []);
        return otherwise.Take(TokenKind.Word, "if")
            ? new IfNode(condition, then, [If(otherwise)])
            : new IfNode(condition, then, Last(otherwise));
    }

    private RangeNode Range(TokenReader tokens)
    {
        string? key = null, value = null;
        if (tokens.Peek(TokenKind.Variable) is { } first && tokens.Follows(1, ":=", ","))
        {
            tokens.Expect(TokenKind.Variable);
            value = first;
            if (tokens.Take(TokenKind.Sign, ","))
                (key, value) = (first, tokens.Expect(TokenKind.Variable));
            if (!tokens.Take(TokenKind.Sign, ":="))
                throw new TemplateException("range needs := after its variables");
        }
        var items = PipelineReader.Read(tokens);
        var body = Body(out var otherwise);
        return new RangeNode(key, value, items, body, otherwise is null ? [] : Last(otherwise));
    }

    /// <summary>Up to <c>end</c>, or to an <c>else</c>, what follows whose word is then in <paramref name="otherwise"/>.</summary>
    private List<TemplateNode> Body(out TokenReader? otherwise)
    {
        var nodes = Nodes(out var end);
        var tokens = new TokenReader(ActionTokens.Read(end ?? throw new TemplateException("an {{ end }} is missing")));
        otherwise = tokens.Take(TokenKind.Word, "else") ? tokens : null;
        return nodes;
    }

    private List<TemplateNode> Last(TokenReader otherwise)
    {
        otherwise.End();
        var nodes = Body(out var again);
        return again is null ? nodes : throw new TemplateException("a second {{ else }}");
    }
}

/// <summary>Pipelines within an action.</summary>
internal static class PipelineReader
{
    public static Pipeline Read(TokenReader tokens)
    {
        string? variable = null;
        var declares = false;
        if (tokens.Peek(TokenKind.Variable) is { } name && tokens.Follows(1, ":=", "="))
        {
            tokens.Expect(TokenKind.Variable);
            declares = tokens.Take(TokenKind.Sign, ":=");
            if (!declares)
                tokens.Take(TokenKind.Sign, "=");
            variable = name;
        }
        var pipeline = new Pipeline(variable, declares, Commands(tokens));
        tokens.End();
        return pipeline;
    }

    private static List<Command> Commands(TokenReader tokens)
    {
        var commands = new List<Command> { Command(tokens) };
        while (tokens.Take(TokenKind.Sign, "|"))
            commands.Add(Command(tokens));
        return commands;
    }

    private static Command Command(TokenReader tokens)
    {
        var operands = new List<Operand>();
        while (tokens.More && !tokens.At(")") && !tokens.At("|"))
            operands.Add(Operand(tokens));
        return operands.Count > 0 ? new Command(operands) : throw new TemplateException("an empty command");
    }

    private static Operand Operand(TokenReader tokens)
    {
        var token = tokens.Next();
        switch (token.Kind)
        {
            case TokenKind.Dot:
                return new DotOperand([]);
            case TokenKind.Field:
                return new DotOperand([token.Text, .. tokens.Fields()]);
            case TokenKind.Variable:
                return new VariableOperand(token.Text, tokens.Fields());
            case TokenKind.Text:
                return new LiteralOperand(token.Text);
            case TokenKind.Number:
                return new LiteralOperand(long.Parse(token.Text, CultureInfo.InvariantCulture));
            case TokenKind.Word:
                return token.Text switch
                {
                    "true" => new LiteralOperand(true),
                    "false" => new LiteralOperand(false),
                    _ => new FunctionOperand(token.Text),
                };
            case TokenKind.Sign when token.Text == "(":
                var inner = new Pipeline(null, false, Commands(tokens));
                if (!tokens.Take(TokenKind.Sign, ")"))
                    throw new TemplateException("a ) is missing");
                return new GroupOperand(inner, tokens.Fields());
            default:
                throw new TemplateException($"{token.Text} does not belong there");
        }
    }
}

/// <summary>The tokens of an action, one after the other.</summary>
internal sealed class TokenReader(List<Token> tokens)
{
    private int _at;

    public bool More => _at < tokens.Count;

    public bool At(string sign) => More && tokens[_at] is { Kind: TokenKind.Sign } token && token.Text == sign;

    public Token Next() => More ? tokens[_at++] : throw new TemplateException("the action ends too early");

    public string? Peek(TokenKind kind) => More && tokens[_at].Kind == kind ? tokens[_at].Text : null;

    public bool Follows(int ahead, params ReadOnlySpan<string> signs) =>
        _at + ahead < tokens.Count && tokens[_at + ahead].Kind == TokenKind.Sign && signs.Contains(tokens[_at + ahead].Text);

    public bool Take(TokenKind kind, string text)
    {
        var found = More && tokens[_at].Kind == kind && tokens[_at].Text == text;
        if (found)
            _at++;
        return found;
    }

    public string Expect(TokenKind kind) =>
        Next() is { } token && token.Kind == kind ? token.Text : throw new TemplateException($"{token.Text} is not a {kind}");

    /// <summary>The <c>.a.b</c> right after what was read.</summary>
    public List<string> Fields()
    {
        var fields = new List<string>();
        while (More && tokens[_at] is { Kind: TokenKind.Field, Spaced: false })
            fields.Add(tokens[_at++].Text);
        return fields;
    }

    public void End()
    {
        if (More)
            throw new TemplateException($"{tokens[_at].Text} does not belong there");
    }
}
