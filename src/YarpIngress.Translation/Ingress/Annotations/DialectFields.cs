using System.Globalization;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>
/// A map of fields as YARP's configuration has them, read one by one; a field that nobody asked for is not allowed. Names are
/// compared without case, as .NET's configuration does.
/// </summary>
internal sealed class DialectFields
{
    private readonly Dictionary<string, JsonNode?> _left;
    private readonly List<string> _known = [];
    private readonly string _path;

    private DialectFields(JsonObject map, string path)
    {
        _path = path;
        _left = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in map)
            if (!_left.TryAdd(name, value))
                throw new FormatException($"must not have {path}{name} twice");
    }

    /// <summary>The map that <paramref name="text"/> is.</summary>
    public static DialectFields Map(string text) =>
        PlainYaml.Read(text) is JsonObject map ? new DialectFields(map, "") : throw new FormatException("must be YAML: a map of fields");

    /// <summary>The maps that <paramref name="text"/> lists.</summary>
    public static IReadOnlyList<DialectFields> List(string text) =>
        PlainYaml.Read(text) is JsonArray list && list.All(item => item is JsonObject)
            ? [.. list.Select((item, index) => new DialectFields((JsonObject)item!, $"[{index}]."))]
            : throw new FormatException("must be YAML: a list of maps");

    /// <summary>The texts that <paramref name="text"/> lists.</summary>
    public static IReadOnlyList<string> Texts(string text) =>
        PlainYaml.Read(text) is JsonArray list && list.All(item => item is JsonValue)
            ? [.. list.Select(item => item!.GetValue<string>())]
            : throw new FormatException("must be YAML: a list of texts");

    /// <summary>The names that are left, as they were written.</summary>
    public IReadOnlyCollection<string> Names => _left.Keys;

    /// <summary>Whether a field is there and was not read yet.</summary>
    public bool Has(string name) => _left.ContainsKey(name);

    /// <summary>A text; null when the field is not there or empty.</summary>
    public string? Text(string name) => Take(name) switch
    {
        null => null,
        JsonValue value => value.GetValue<string>() is { Length: > 0 } text ? text : null,
        _ => throw Wrong(name, "must be a text"),
    };

    /// <summary>A text of a map that must have it; it may be empty.</summary>
    public string Required(string name) => Take(name) switch
    {
        JsonValue value => value.GetValue<string>(),
        _ => throw Wrong(name, "must be there, as a text"),
    };

    /// <summary>Texts; none when the field is not there.</summary>
    public IReadOnlyList<string> TextList(string name) => Take(name) switch
    {
        null => [],
        JsonValue value when value.GetValue<string>().Length == 0 => [],
        JsonArray list when list.All(item => item is JsonValue) => [.. list.Select(item => item!.GetValue<string>())],
        _ => throw Wrong(name, "must be a list of texts"),
    };

    /// <summary>Texts, or one.</summary>
    public IReadOnlyList<string> TextOrList(string name) => Take(name) switch
    {
        null => [],
        JsonValue value => [value.GetValue<string>()],
        JsonArray list when list.All(item => item is JsonValue) => [.. list.Select(item => item!.GetValue<string>())],
        _ => throw Wrong(name, "must be a text or a list of texts"),
    };

    /// <summary>A map inside; null when the field is not there.</summary>
    public DialectFields? Inner(string name) => Take(name) switch
    {
        null => null,
        JsonValue value when value.GetValue<string>().Length == 0 => null,
        JsonObject map => new DialectFields(map, $"{_path}{name}."),
        _ => throw Wrong(name, "must be a map of fields"),
    };

    /// <summary>Yes or no, as .NET writes it.</summary>
    public bool? Bool(string name) => Text(name) switch
    {
        null => null,
        var text when bool.TryParse(text, out var value) => value,
        _ => throw Wrong(name, "must be true or false"),
    };

    /// <summary>A whole number of a range.</summary>
    public int? Whole(string name, int least, int most) => Text(name) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most => value,
        _ => throw Wrong(name, $"must be a whole number from {least} to {most}"),
    };

    /// <summary>A time above zero as .NET writes it, <c>00:00:10</c>.</summary>
    public TimeSpan? Time(string name) => Text(name) is not { } text ? null : TimeOf(text, $"{_path}{name} ");

    /// <summary>One of a few words, in any case.</summary>
    public T? Word<T>(string name, params IReadOnlyList<(string Word, T Value)> words)
        where T : struct
    {
        if (Text(name) is not { } text)
            return null;
        foreach (var (word, value) in words)
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
                return value;
        throw Wrong(name, $"must be one of {string.Join(", ", words.Select(one => one.Word))}");
    }

    /// <summary>All was asked for that is there.</summary>
    public void End()
    {
        if (_left.Keys.FirstOrDefault() is { } unknown)
            throw new FormatException(
                $"must not have {Quoted.Value(_path + unknown)}, which is not known here; known are "
                + $"{string.Join(", ", _known.Distinct())}");
    }

    /// <summary>What is wrong with a field.</summary>
    public FormatException Wrong(string name, string what) => new($"is wrong in {_path}{name}: it {what}");

    /// <summary>Reads a time above zero.</summary>
    public static TimeSpan TimeOf(string text, string field = "") =>
        TimeSpan.TryParseExact(text.Trim(), ["c", "g"], CultureInfo.InvariantCulture, out var value)
        && value > TimeSpan.Zero && value <= TimeSpan.FromDays(1) && text.Contains(':')
            ? value
            : throw new FormatException($"is wrong: {field}must be a time as 00:00:10, above zero and at most a day");

    private JsonNode? Take(string name)
    {
        _known.Add(name);
        return _left.Remove(name, out var value) ? value : null;
    }
}
