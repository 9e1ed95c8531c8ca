using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace YarpIngress.Chart.Tests.Values;

/// <summary>What the comments of values.yaml say of each key.</summary>
/// <param name="Doc">The words after <c># --</c>, and on the lines of comment that follow it; empty without.</param>
/// <param name="Schema">What <c># @schema</c> adds; null without.</param>
internal sealed record ValueComment(string Doc, JsonObject? Schema);

/// <summary>values.yaml with its comments.</summary>
internal sealed partial class CommentedValues
{
    private readonly Dictionary<string, ValueComment> _comments = new(StringComparer.Ordinal);

    public CommentedValues(string text)
    {
        Values = ChartValues.Read(text);
        var path = new List<(int Indent, string Key)>();
        string doc = "";
        JsonObject? schema = null;
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.Trim();
            if (trimmed.StartsWith("# -- ", StringComparison.Ordinal))
                doc = trimmed[5..];
            else if (trimmed.StartsWith("# @schema ", StringComparison.Ordinal))
                schema = JsonNode.Parse(trimmed["# @schema ".Length..])!.AsObject();
            else if (doc.Length > 0 && trimmed.StartsWith("# ", StringComparison.Ordinal))
                doc += trimmed[1..];
            else if (KeyLine().Match(line) is { Success: true } match)
            {
                var indent = match.Groups[1].Length;
                path.RemoveAll(part => part.Indent >= indent);
                path.Add((indent, match.Groups[2].Value));
                if (doc.Length > 0 || schema is not null)
                    _comments.Add(Join(path.Select(part => part.Key)), new ValueComment(doc, schema));
                (doc, schema) = ("", null);
            }
        }
    }

    public JsonObject Values { get; }

    public ValueComment? Of(IEnumerable<string> path) => _comments.GetValueOrDefault(Join(path));

    /// <summary>Whether keys below this one have comments: then they are all the keys there are.</summary>
    public bool HasCommentsBelow(IEnumerable<string> path)
    {
        var prefix = Join(path) + "\n";
        return _comments.Keys.Any(key => key.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static string Join(IEnumerable<string> path) => string.Join('\n', path);

    [GeneratedRegex("^( *)([A-Za-z0-9_./-]+):(?: |$)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex KeyLine();
}
