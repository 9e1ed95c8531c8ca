namespace YarpIngress.Observability.Dashboard.Api;

/// <summary>A page of a list.</summary>
/// <param name="Total">How many entries there are.</param>
/// <param name="Matches">How many of them were asked for.</param>
/// <param name="Offset">How many of those come before the page.</param>
/// <param name="Items">The page.</param>
internal sealed record Listing<TRow>(int Total, int Matches, int Offset, IReadOnlyList<TRow> Items);

/// <summary>Cuts pages.</summary>
internal static class Listing
{
    /// <summary>Sorts what was found and makes rows of one page only, since most of what is found is never looked at.</summary>
    public static Listing<TRow> Page<TFound, TRow>(
        int total, TFound[] found, Comparison<TFound> order, ListQuery query, Func<TFound, TRow> row)
    {
        Array.Sort(found, order);
        var page = found.AsSpan(Math.Min(query.Offset, found.Length));
        page = page[..Math.Min(query.Limit, page.Length)];
        var rows = new TRow[page.Length];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = row(page[i]);
        return new Listing<TRow>(total, found.Length, query.Offset, rows);
    }
}
