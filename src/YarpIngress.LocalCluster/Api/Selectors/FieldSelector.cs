using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Selectors;

/// <summary>A field selector: <c>metadata.name=a,type!=Opaque</c>.</summary>
internal sealed class FieldSelector
{
    private readonly IReadOnlyList<(string Field, string Value, bool Equal)> _terms;

    private FieldSelector(IReadOnlyList<(string, string, bool)> terms) => _terms = terms;

    public static FieldSelector Everything { get; } = new([]);

    public bool IsEverything => _terms.Count == 0;

    /// <summary>The one name that can pass, if the selector says so.</summary>
    public string? Name => Required("metadata.name");

    /// <summary>The one namespace that can pass, if the selector says so.</summary>
    public string? Namespace => Required("metadata.namespace");

    /// <summary>Reads a selector for <paramref name="resource"/>; refuses fields that upstream does not select by.</summary>
    public static FieldSelector Parse(string text, ResourceInfo resource)
    {
        if (text.Length == 0)
            return Everything;
        var terms = new List<(string, string, bool)>();
        foreach (var term in SplitTerms(text))
        {
            if (term.Length == 0)
                continue;
            var (label, value, equal) = ParseTerm(text, term);
            var field = SelectableFields.Resolve(resource, label)
                ?? throw ApiError.BadRequest(
                    SelectableFields.HasOwn(resource)
                        ? $"field label not supported: {label}"
                        : $"\"{label}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
            terms.Add((field, value, equal));
        }
        return terms.Count == 0 ? Everything : new FieldSelector(terms);
    }

    /// <summary>The same with one more term.</summary>
    public FieldSelector And(string field, string value) => new([.. _terms, (field, value, true)]);

    public bool Matches(StoredObject value)
    {
        foreach (var (field, wanted, equal) in _terms)
        {
            var actual = field switch
            {
                "metadata.name" => value.Name,
                "metadata.namespace" => value.Namespace,
                _ => value.Fields.GetValueOrDefault(field, ""),
            };
            if (string.Equals(actual, wanted, StringComparison.Ordinal) != equal)
                return false;
        }
        return true;
    }

    private string? Required(string field)
    {
        foreach (var (name, value, equal) in _terms)
        {
            if (equal && name == field)
                return value;
        }
        return null;
    }

    private static (string Label, string Value, bool Equal) ParseTerm(string text, string term)
    {
        for (var i = 0; i < term.Length; i++)
        {
            var rest = term.AsSpan(i);
            if (rest.StartsWith("!="))
                return (term[..i], Unescape(term[(i + 2)..]), false);
            if (rest.StartsWith("=="))
                return (term[..i], Unescape(term[(i + 2)..]), true);
            if (rest[0] == '=')
                return (term[..i], Unescape(term[(i + 1)..]), true);
        }
        throw ApiError.BadRequest($"invalid selector: '{text}'; can't understand '{term}'");
    }

    /// <summary>Splits at commas that no backslash protects.</summary>
    private static IEnumerable<string> SplitTerms(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == ',')
            {
                yield return text[start..i];
                start = i + 1;
            }
        }
        yield return text[start..];
    }

    private static string Unescape(string value) =>
        value.Contains('\\') ? value.Replace("\\,", ",", StringComparison.Ordinal).Replace("\\=", "=", StringComparison.Ordinal)
            .Replace("\\\\", "\\", StringComparison.Ordinal) : value;
}
