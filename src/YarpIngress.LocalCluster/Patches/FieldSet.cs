using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>
/// A set of field paths, as fieldsV1 writes it: a tree whose edges are path elements (<c>f:name</c>, <c>k:{"name":"x"}</c>,
/// <c>v:"x"</c>, <c>i:0</c>).
/// </summary>
internal sealed class FieldSet
{
    private Dictionary<string, FieldSet>? _children;

    /// <summary>Whether the path to here is in the set itself, not just something below it.</summary>
    public bool IsMember { get; private set; }

    public bool IsEmpty => !IsMember && _children is null;

    public IEnumerable<KeyValuePair<string, FieldSet>> Children => _children ?? [];

    public static FieldSet Parse(JsonObject? fields)
    {
        var set = new FieldSet();
        foreach (var (element, child) in fields ?? [])
        {
            if (element == ".")
            {
                set.IsMember = true;
                continue;
            }

            var parsed = Parse(child as JsonObject);
            parsed.IsMember |= parsed._children is null;
            (set._children ??= new(StringComparer.Ordinal))[element] = parsed;
        }

        return set;
    }

    /// <summary>The paths, each a list of elements from the root.</summary>
    public static FieldSet Of(params IEnumerable<string[]> paths)
    {
        var set = new FieldSet();
        foreach (var path in paths)
        {
            path.Aggregate(set, (at, element) => at.Child(element)).Insert();
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (IsMember && _children is not null)
        {
            json["."] = new JsonObject();
        }

        foreach (var (element, child) in Sorted())
        {
            json[element] = child.ToJson();
        }

        return json;
    }

    public FieldSet? Find(string element) => _children?.GetValueOrDefault(element);

    /// <summary>The subtree below an element, made when absent; insert into it or remove it with <see cref="Trim"/>.</summary>
    public FieldSet Child(string element)
    {
        _children ??= new(StringComparer.Ordinal);
        if (!_children.TryGetValue(element, out var child))
        {
            _children[element] = child = new FieldSet();
        }

        return child;
    }

    public void Insert() => IsMember = true;

    /// <summary>Hangs a subtree below an element.</summary>
    public void Adopt(string element, FieldSet child) => (_children ??= new(StringComparer.Ordinal))[element] = child;

    /// <summary>Takes the element out again when nothing was inserted below it.</summary>
    public void Trim(string element)
    {
        if (_children is not null && _children.TryGetValue(element, out var child) && child.IsEmpty)
        {
            _children.Remove(element);
            _children = _children.Count == 0 ? null : _children;
        }
    }

    public FieldSet Union(FieldSet other) => Combine(other, (a, b) => a || b);

    public FieldSet Intersect(FieldSet other) => Combine(other, (a, b) => a && b);

    /// <summary>The paths that are not in the other set; a path there does not take away what is below it.</summary>
    public FieldSet Except(FieldSet other) => Combine(other, (a, b) => a && !b);

    /// <summary>The paths that neither are in the other set nor lie below one of its paths.</summary>
    public FieldSet ExceptBelow(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember };
        foreach (var (element, child) in Children)
        {
            var taken = other.Find(element);
            if (taken is { IsMember: true })
            {
                continue;
            }

            var kept = taken is null ? child : child.ExceptBelow(taken);
            if (!kept.IsEmpty)
            {
                (result._children ??= new(StringComparer.Ordinal))[element] = kept;
            }
        }

        return result;
    }

    public bool SetEquals(FieldSet other) =>
        IsMember == other.IsMember
        && (_children?.Count ?? 0) == (other._children?.Count ?? 0)
        && Children.All(c => other.Find(c.Key) is { } same && c.Value.SetEquals(same));

    /// <summary>Every path in the set, written as in <c>.spec.template.spec.containers[name="nginx"].image</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (IsMember && prefix.Length > 0)
        {
            yield return prefix;
        }

        foreach (var (element, child) in Sorted())
        {
            foreach (var path in child.Paths(prefix + Written(element)))
            {
                yield return path;
            }
        }
    }

    private IEnumerable<KeyValuePair<string, FieldSet>> Sorted() => Children.OrderBy(c => c.Key, StringComparer.Ordinal);

    private FieldSet Combine(FieldSet? other, Func<bool, bool, bool> keep)
    {
        var result = new FieldSet { IsMember = keep(IsMember, other is { IsMember: true }) };
        foreach (var (element, child) in Children)
        {
            Add(element, child.Combine(other?.Find(element), keep));
        }

        foreach (var (element, child) in other?.Children ?? [])
        {
            if (Find(element) is null)
            {
                Add(element, new FieldSet().Combine(child, keep));
            }
        }

        return result;

        void Add(string element, FieldSet child)
        {
            if (!child.IsEmpty)
            {
                (result._children ??= new(StringComparer.Ordinal))[element] = child;
            }
        }
    }

    private static string Written(string element)
    {
        var text = element[2..];
        switch (element[0])
        {
            case 'f':
                return "." + text;
            case 'i':
                return $"[{text}]";
            case 'v':
                return $"[={text}]";
            default:
                var keys = JsonNode.Parse(text)!.AsObject();
                return $"[{string.Join(',', keys.Select(k => $"{k.Key}={k.Value?.ToJsonString() ?? "null"}"))}]";
        }
    }
}
