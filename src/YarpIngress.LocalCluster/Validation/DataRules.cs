using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>What Secrets and ConfigMaps have in common.</summary>
internal static class DataRules
{
    private const int MaxSize = 1024 * 1024;

    public static void Keys(FieldErrors errors, string path, JsonObject data)
    {
        foreach (var (key, _) in data)
        {
            errors.Invalid($"{path}[{key}]", key, Names.ConfigKey(key));
        }
    }

    public static void Size(FieldErrors errors, string path, long size)
    {
        if (size > MaxSize)
        {
            errors.TooLong(path, MaxSize);
        }
    }

    public static long DecodedSize(JsonObject? data) =>
        data?.Sum(d => d.Value.AsString() is { } text ? (text.Length / 4L * 3) - text.AsSpan()[^Math.Min(2, text.Length)..].Count('=') : 0)
            ?? 0;

    public static long TextSize(JsonObject? data) => data?.Sum(d => (long)Encoding.UTF8.GetByteCount(d.Value.AsString() ?? "")) ?? 0;

    /// <summary>Once <c>immutable</c> is set, neither it nor the data may change.</summary>
    public static void Immutable(FieldErrors errors, JsonObject updated, JsonObject old, params ReadOnlySpan<string> fields)
    {
        if (!old.IsTrue("immutable"))
        {
            return;
        }

        const string Message = "field is immutable when `immutable` is set";
        if (!updated.IsTrue("immutable"))
        {
            errors.Forbidden("immutable", Message);
        }

        foreach (var field in fields)
        {
            if (!Json.Same(updated[field], old[field]))
            {
                errors.Forbidden(field, Message);
            }
        }
    }
}
