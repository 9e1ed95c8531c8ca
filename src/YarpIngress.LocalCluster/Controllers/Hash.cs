namespace YarpIngress.LocalCluster.Controllers;

/// <summary>Names from contents (FNV-1a).</summary>
internal static class Hash
{
    // No vowels, so that no words come out: upstream's alphabet for generated names.
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static ulong Of(params ReadOnlySpan<string> parts)
    {
        var hash = 14695981039346656037UL;
        foreach (var part in parts)
        {
            foreach (var c in part)
                hash = (hash ^ c) * 1099511628211UL;
            hash = (hash ^ 0xffff) * 1099511628211UL;
        }

        return hash;
    }

    /// <summary>A part of a name.</summary>
    public static string Name(params ReadOnlySpan<string> parts)
    {
        var hash = Of(parts);
        return string.Create(10, hash, static (name, value) =>
        {
            foreach (ref var c in name)
            {
                c = Alphabet[(int)(value % (ulong)Alphabet.Length)];
                value /= (ulong)Alphabet.Length;
            }
        });
    }
}
