using System.Globalization;
using System.Text;

namespace YarpIngress.Chart.Tests.Templates;

/// <param name="Kind">What it is.</param>
/// <param name="Text">As written; of a string what it means.</param>
/// <param name="Spaced">Whether there is space before it, which parts <c>.a .b</c> from <c>.a.b</c>.</param>
internal readonly record struct Token(TokenKind Kind, string Text, bool Spaced);

internal enum TokenKind
{
    Word,
    Field,
    Dot,
    Variable,
    Text,
    Number,
    Sign,
}

/// <summary>The words of one action.</summary>
internal static class ActionTokens
{
    public static List<Token> Read(string action)
    {
        var tokens = new List<Token>();
        var at = 0;
        while (at < action.Length)
        {
            var start = at;
            while (at < action.Length && char.IsWhiteSpace(action[at]))
                at++;
            if (at == action.Length)
                break;
            tokens.Add(Next(action, ref at, at > start));
        }
        return tokens;
    }

    private static Token Next(string text, ref int at, bool spaced)
    {
        var first = text[at];
        switch (first)
        {
            case '"':
                return new(TokenKind.Text, Quoted(text, ref at), spaced);
            case '(' or ')' or '|' or ',' or '=':
                at++;
                return new(TokenKind.Sign, first.ToString(), spaced);
            case ':' when at + 1 < text.Length && text[at + 1] == '=':
                at += 2;
                return new(TokenKind.Sign, ":=", spaced);
            case '.':
                at++;
                var field = Word(text, ref at);
                return field.Length == 0 ? new(TokenKind.Dot, ".", spaced) : new(TokenKind.Field, field, spaced);
            case '$':
                at++;
                return new(TokenKind.Variable, Word(text, ref at), spaced);
        }
        var word = Word(text, ref at);
        if (word.Length == 0)
            throw new TemplateException($"\"{first}\" is not in the part of the language that is known here");
        return new(char.IsAsciiDigit(word[0]) ? TokenKind.Number : TokenKind.Word, word, spaced);
    }

    private static string Word(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            at++;
        return text[start..at];
    }

    private static string Quoted(string text, ref int at)
    {
        var result = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                at++;
                return result.ToString();
            }
            if (text[at] != '\\')
                result.Append(text[at]);
            else
                result.Append(text[++at] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    '"' => '"',
                    '\\' => '\\',
                    var other => throw new TemplateException(string.Create(CultureInfo.InvariantCulture, $"\\{other} is not known here")),
                });
        }
        throw new TemplateException("a text has no end");
    }
}
