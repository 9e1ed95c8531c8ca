using System.Text.Json;

namespace YarpIngress.Kubernetes;

/// <summary>
/// Gives equal short texts as one string: 20,000 objects repeat the same namespaces, label keys, kinds, classes and port
/// names. A table of fixed size in which the last one wins, so it can't grow and needs no lock.
/// </summary>
internal static class StringPool
{
    private const int Slots = 4096;
    private const int MaxBytes = 64;

    private static readonly string?[] Table = new string?[Slots];

    /// <summary>The text of a string or property name token.</summary>
    public static string Read(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length is 0 or > MaxBytes)
            return reader.GetString()!;

        ref var slot = ref Table[Hash(reader.ValueSpan) % Slots];
        if (slot is { } known && reader.ValueTextEquals(known))
            return known;

        // Readers see the old or the new reference, never half of one.
        var text = reader.GetString()!;
        slot = text;
        return text;
    }

    /// <summary>FNV-1a: short input, no need for more.</summary>
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = 2166136261u;
        foreach (var b in text)
            hash = (hash ^ b) * 16777619u;
        return hash ^ (hash >> 15);
    }
}
