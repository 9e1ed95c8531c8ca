using System.Runtime.CompilerServices;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>The type of whole objects of a kind.</summary>
internal static class RootType
{
    private static readonly ConditionalWeakTable<KindSchema, FieldType> Types = [];

    public static FieldType? Of(KindSchema? schema) =>
        schema is null ? null : Types.GetValue(schema, static s => new FieldType { Shape = FieldShape.Object, Object = s.Type });
}
