namespace YarpIngress.Translation;

/// <summary>Guesses which known name somebody meant.</summary>
public static class NearestName
{
    /// <summary>The known name nearest to <paramref name="name"/>, or null when none is near.</summary>
    public static string? Find(string name, IEnumerable<string> known) => Find(name, known, Math.Max(2, name.Length / 3));

    /// <summary>
    /// The known name nearest to <paramref name="name"/>, or null when none is at most <paramref name="farthest"/> edits away.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> known, int farthest)
    {
        // A name that is much longer or shorter is not near: most are passed over without being compared.
        var best = known.Where(candidate => Math.Abs(candidate.Length - name.Length) <= farthest)
            .Select(candidate => (candidate, distance: Distance(name, candidate)))
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .FirstOrDefault((candidate: "", distance: int.MaxValue));
        return best.distance <= farthest ? best.candidate : null;
    }

    // Edits that turn one into the other: insert, delete, replace, swap neighbours.
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            table[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            table[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replace, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        return table[a.Length, b.Length];
    }
}
