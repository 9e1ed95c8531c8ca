namespace YarpIngress.LocalCluster.Api.Selectors;

/// <summary>Reads the grammar of label selectors.</summary>
internal ref struct LabelSelectorParser
{
    private readonly string _text;
    private int _position;

    private LabelSelectorParser(string text) => _text = text;

    public static IReadOnlyList<LabelRequirement> Parse(string text)
    {
        var parser = new LabelSelectorParser(text);
        return parser.Requirements();
    }

    private List<LabelRequirement> Requirements()
    {
        var result = new List<LabelRequirement>();
        while (true)
        {
            result.Add(Requirement());
            SkipSpace();
            if (_position == _text.Length)
                return result;
            if (_text[_position] != ',')
                throw Unexpected("',' or 'end of string'");
            _position++;
        }
    }

    private LabelRequirement Requirement()
    {
        SkipSpace();
        if (Take("!"))
            return new LabelRequirement(Key(), LabelOperator.DoesNotExist, []);
        var key = Key();
        SkipSpace();
        if (_position == _text.Length || _text[_position] == ',')
            return new LabelRequirement(key, LabelOperator.Exists, []);
        if (Take("!="))
            return new LabelRequirement(key, LabelOperator.NotIn, [Word()]);
        if (Take("==") || Take("="))
            return new LabelRequirement(key, LabelOperator.In, [Word()]);
        if (Take(">"))
            return new LabelRequirement(key, LabelOperator.GreaterThan, [Integer()]);
        if (Take("<"))
            return new LabelRequirement(key, LabelOperator.LessThan, [Integer()]);
        var start = _position;
        switch (Word())
        {
            case "in":
                return new LabelRequirement(key, LabelOperator.In, Set());
            case "notin":
                return new LabelRequirement(key, LabelOperator.NotIn, Set());
            default:
                _position = start;
                throw Unexpected("in, notin, =, ==, !=, gt, lt");
        }
    }

    private List<string> Set()
    {
        SkipSpace();
        if (!Take("("))
            throw Unexpected("'('");
        var values = new List<string>();
        while (true)
        {
            values.Add(Word());
            SkipSpace();
            if (Take(")"))
                return values;
            if (!Take(","))
                throw Unexpected("',' or ')'");
        }
    }

    private string Key()
    {
        var key = Word();
        return key.Length > 0 ? key : throw Unexpected("'identifier'");
    }

    private string Integer()
    {
        var word = Word();
        return long.TryParse(word, out _)
            ? word
            : throw ApiError.BadRequest(
                $"unable to parse requirement: values[0]: Invalid value: \"{word}\": "
                + "for 'Gt', 'Lt' operators, the value must be an integer");
    }

    private string Word()
    {
        SkipSpace();
        var start = _position;
        while (_position < _text.Length && !IsSpecial(_text[_position]))
            _position++;
        return _text[start.._position];
    }

    private bool Take(string token)
    {
        if (!_text.AsSpan(_position).StartsWith(token, StringComparison.Ordinal))
            return false;
        _position += token.Length;
        return true;
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
            _position++;
    }

    private readonly ApiError Unexpected(string expected) =>
        ApiError.BadRequest($"unable to parse requirement: found '{_text[_position..]}', expected: {expected}");

    private static bool IsSpecial(char c) => c is '=' or '!' or '(' or ')' or ',' or '>' or '<' || char.IsWhiteSpace(c);
}
