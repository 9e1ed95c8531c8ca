using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>
/// Reads the <c>*.schema</c> files. One declaration or field per line, what follows <c>" # "</c> is its description:
/// <code>
/// package io.k8s.api.core.v1 as core          definitions that follow belong to it; other packages say core.Name
/// group networking.k8s.io/v1                   kinds that follow are served there
/// kind Ingress ingresses namespaced status     apiVersion, kind and metadata are implied
/// type ServicePort [atomic]
///   name    string                             T! required; *T nullable (an explicit zero value is kept)
///   ports   [ServicePort] map=port,protocol merge=port
///   labels  {string}
///   type    string default=ClusterIP enum=ClusterIP|NodePort
/// </code>
/// List flags: <c>set</c>, <c>map=KEYS</c> (atomic otherwise), <c>merge</c> or <c>merge=KEY</c>, <c>retainKeys</c>.
/// </summary>
internal sealed class SchemaText
{
    private readonly Dictionary<string, string> _packages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObjectType> _types = new(StringComparer.Ordinal);
    private readonly List<Declaration> _declarations = [];
    private readonly List<(Declaration Of, string Group, string Version, string[] Words)> _kinds = [];

    public IReadOnlyDictionary<string, ObjectType> Types => _types;

    /// <summary>Takes in one file.</summary>
    public void Add(TextReader text)
    {
        string package = "", group = "", version = "";
        Declaration? current = null;
        while (text.ReadLine() is { } line)
        {
            var (words, description) = Split(line);
            if (words.Length == 0)
            {
                continue;
            }

            if (line[0] == ' ')
            {
                current!.Fields.Add((words, description));
                continue;
            }

            switch (words[0])
            {
                case "package":
                    package = words[1];
                    _packages[words[3]] = package;
                    break;
                case "group":
                    var slash = words[1].IndexOf('/', StringComparison.Ordinal);
                    group = slash < 0 ? "" : words[1][..slash];
                    version = words[1][(slash + 1)..];
                    break;
                default:
                    current = Declare(package, words, description);
                    if (words[0] == "kind")
                    {
                        _kinds.Add((current, group, version, words));
                        current.Fields.AddRange(KindFields(words.Contains("list")));
                    }

                    break;
            }
        }
    }

    /// <summary>Resolves references between types; call once all files are in.</summary>
    public IReadOnlyList<KindSchema> Build()
    {
        foreach (var declaration in _declarations)
        {
            var fields = new List<FieldSchema>(declaration.Fields.Count);
            foreach (var (words, description) in declaration.Fields)
            {
                fields.Add(Field(declaration.Package, words, description));
            }

            declaration.Type.SetFields(fields);
        }

        return [.. _kinds.Select(k => new KindSchema(
            k.Group,
            k.Version,
            k.Of.Type.Name,
            k.Words[2],
            k.Words.Contains("namespaced"),
            [.. k.Words.Skip(3).Where(w => w is "status" or "scale")],
            k.Of.Type))];
    }

    private Declaration Declare(string package, string[] words, string description)
    {
        if (words[0] is not ("kind" or "type"))
        {
            throw new FormatException($"Schema line begins with {words[0]}; expected package, group, kind or type.");
        }

        var type = new ObjectType
        {
            FullName = $"{package}.{words[1]}",
            Name = words[1],
            Description = description,
            Atomic = words.Contains("atomic"),
        };
        _types.Add(type.FullName, type);
        var declaration = new Declaration(package, type, []);
        _declarations.Add(declaration);
        return declaration;
    }

    private static IEnumerable<(string[] Words, string Description)> KindFields(bool list) =>
    [
        (["apiVersion", "string"], "APIVersion defines the versioned schema of this representation of an object."),
        (["kind", "string"], "Kind is a string value representing the REST resource this object represents."),
        (["metadata", list ? "meta.ListMeta" : "meta.ObjectMeta"], "Standard object metadata."),
    ];

    private FieldSchema Field(string package, string[] words, string description)
    {
        var flags = words.Skip(2)
            .ToLookup(w => w.Split('=', 2)[0], w => w.Contains('=', StringComparison.Ordinal) ? w.Split('=', 2)[1] : "");
        var type = words[1];
        var required = type.EndsWith('!');
        var strategy = (flags.Contains("merge"), flags.Contains("retainKeys")) switch
        {
            (true, true) => "merge,retainKeys",
            (true, false) => "merge",
            (false, true) => "retainKeys",
            _ => null,
        };
        var mergeKey = flags["merge"].FirstOrDefault() is { Length: > 0 } key ? key : null;
        return new FieldSchema
        {
            Name = words[0],
            Type = Type(package, required ? type[..^1] : type, flags, mergeKey),
            Description = description,
            Required = required,
            Default = flags["default"].FirstOrDefault() is { } value ? DefaultValue(value) : null,
            Enum = flags["enum"].FirstOrDefault()?.Split('|') ?? [],
            PatchStrategy = strategy,
            PatchMergeKey = mergeKey,
        };
    }

    private FieldType Type(string package, string name, ILookup<string, string>? flags, string? mergeKey)
    {
        var pointer = name[0] == '*';
        if (pointer)
        {
            name = name[1..];
        }

        if (name[0] is '[' or '{')
        {
            var list = name[0] == '[';
            // As upstream derives it: an explicit list type wins, else a patch that merges makes the list associative.
            var keys = flags?["map"].FirstOrDefault()?.Split(',') ?? (list && mergeKey is not null ? [mergeKey] : []);
            var set = flags is not null && (flags.Contains("set") || (list && flags.Contains("merge") && mergeKey is null));
            return new FieldType
            {
                Shape = list ? FieldShape.List : FieldShape.Map,
                Element = Type(package, name[1..^1], null, null),
                ListType = flags is not null && flags.Contains("atomic") ? ListType.Atomic
                    : keys.Length > 0 ? ListType.Map
                    : set ? ListType.Set
                    : ListType.Atomic,
                ListKeys = keys,
                Atomic = !list && flags is not null && flags.Contains("atomic"),
            };
        }

        if (char.IsAsciiLetterLower(name[0]) && !name.Contains('.', StringComparison.Ordinal) || Scalar(name) is not null)
        {
            var shape = Scalar(name) ?? throw new FormatException($"Schema names the unknown type {name}.");
            return new FieldType { Shape = shape, Pointer = pointer };
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var fullName = dot < 0 ? $"{package}.{name}" : $"{_packages[name[..dot]]}.{name[(dot + 1)..]}";
        if (!_types.TryGetValue(fullName, out var type))
        {
            throw new FormatException($"Schema names the unknown type {fullName}.");
        }

        return new FieldType
        {
            Shape = FieldShape.Object,
            Object = type,
            Atomic = type.Atomic || (flags is not null && flags.Contains("atomic")),
            Pointer = pointer,
        };
    }

    private static FieldShape? Scalar(string name) => name switch
    {
        "string" => FieldShape.String,
        "bool" => FieldShape.Boolean,
        "int32" => FieldShape.Int32,
        "int64" => FieldShape.Int64,
        "number" => FieldShape.Number,
        "IntOrString" => FieldShape.IntOrString,
        "Quantity" => FieldShape.Quantity,
        "Time" => FieldShape.Time,
        "MicroTime" => FieldShape.MicroTime,
        "bytes" => FieldShape.Bytes,
        "any" => FieldShape.Any,
        "FieldsV1" => FieldShape.FieldsV1,
        _ => null,
    };

    private static JsonNode DefaultValue(string text) =>
        text is "true" or "false" || text.All(char.IsAsciiDigit) || text[0] is '{' or '"'
            ? JsonNode.Parse(text)!
            : JsonValue.Create(text);

    private static (string[] Words, string Description) Split(string line)
    {
        var hash = line.StartsWith('#') ? 0 : line.IndexOf(" # ", StringComparison.Ordinal);
        var description = hash < 0 ? "" : line[Math.Min(hash + 3, line.Length)..];
        var words = (hash < 0 ? line : line[..hash]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (words, words.Length == 0 ? "" : description);
    }

    private sealed record Declaration(string Package, ObjectType Type, List<(string[] Words, string Description)> Fields);
}
