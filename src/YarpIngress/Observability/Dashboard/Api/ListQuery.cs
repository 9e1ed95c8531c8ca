using System.Globalization;

namespace YarpIngress.Observability.Dashboard.Api;

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Terms">Words that all have to occur in an entry, in any case.</param>
/// <param name="Kind">Kind of the object; empty for any.</param>
/// <param name="Namespace">Namespace of the object; empty for any.</param>
/// <param name="Name">Name of the object; empty for any.</param>
/// <param name="State">State of the entry; empty for any.</param>
/// <param name="Offset">How many entries to leave out.</param>
/// <param name="Limit">How many entries to give at most.</param>
internal sealed record ListQuery(
    IReadOnlyList<string> Terms, string Kind, string Namespace, string Name, string State, int Offset, int Limit)
{
    private const int LargestPage = 200;
    private const int LongestText = 300;

    /// <summary>Reads <c>q</c>, <c>kind</c>, <c>namespace</c>, <c>name</c>, <c>state</c>, <c>offset</c> and <c>limit</c>.</summary>
    /// <exception cref="FormatException">A value can't be used; the message says what can.</exception>
    public static ListQuery Read(IQueryCollection query) => new(
        Text(query, "q").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        Text(query, "kind"),
        Text(query, "namespace"),
        Text(query, "name"),
        Text(query, "state"),
        Number(query, "offset", 0, 0, int.MaxValue),
        Number(query, "limit", 50, 1, LargestPage));

    /// <summary>Whether one of <paramref name="texts"/> contains each word.</summary>
    public bool Matches(params ReadOnlySpan<string> texts)
    {
        foreach (var term in Terms)
        {
            var found = false;
            foreach (var text in texts)
                found |= text.Contains(term, StringComparison.OrdinalIgnoreCase);
            if (!found)
                return false;
        }
        return true;
    }

    /// <summary>Whether an object is the one that is asked for, or none is.</summary>
    public bool Names(string @namespace, string name) =>
        (Namespace.Length == 0 || Namespace == @namespace) && (Name.Length == 0 || Name == name);

    private static string Text(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        return text.Length <= LongestText
            ? text
            : throw new FormatException($"{name}: must have at most {LongestText} characters, not {text.Length}");
    }

    private static int Number(IQueryCollection query, string name, int byDefault, int least, int most)
    {
        var text = Text(query, name);
        if (text.Length == 0)
            return byDefault;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{name}={text}: must be a whole number from {least} to {most}");
    }
}
