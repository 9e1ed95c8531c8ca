using System.Collections.Frozen;
using System.Reflection;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>The schemas of all kinds, read from the embedded <c>*.schema</c> files on first use.</summary>
internal static class SchemaCatalog
{
    private static readonly Lazy<Contents> Loaded = new(Load);

    /// <summary>Every kind, the internal ones of the meta group included.</summary>
    public static IReadOnlyList<KindSchema> Kinds => Loaded.Value.Kinds;

    /// <summary>Every object type by its OpenAPI definition name.</summary>
    public static IReadOnlyDictionary<string, ObjectType> Types => Loaded.Value.Types;

    /// <summary>The schema of a kind, null when it is not known.</summary>
    public static KindSchema? Find(string group, string version, string kind) =>
        Loaded.Value.ByName.GetValueOrDefault((group, version, kind));

    private static Contents Load()
    {
        var text = new SchemaText();
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".schema", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            text.Add(reader);
        }

        var kinds = text.Build();
        return new Contents(kinds, text.Types, kinds.ToFrozenDictionary(k => (k.Group, k.Version, k.Kind)));
    }

    private sealed record Contents(
        IReadOnlyList<KindSchema> Kinds,
        IReadOnlyDictionary<string, ObjectType> Types,
        FrozenDictionary<(string Group, string Version, string Kind), KindSchema> ByName);
}
