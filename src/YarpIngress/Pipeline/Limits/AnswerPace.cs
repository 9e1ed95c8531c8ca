namespace YarpIngress.Pipeline.Limits;

/// <summary>
/// nginx's arithmetic of limit_rate: what is allowed grows with the time since the request came, beginning with the bytes of one
/// second.
/// </summary>
/// <param name="Rate">Bytes a second.</param>
/// <param name="After">Bytes that do not count.</param>
internal readonly record struct AnswerPace(long Rate, long After)
{
    // What comes at once when it had to wait: a quarter of a second's.
    private const int Shares = 4;

    /// <summary>How many bytes may be sent now.</summary>
    /// <param name="elapsed">Milliseconds since the request came.</param>
    /// <param name="sent">Bytes that were sent.</param>
    public long Room(long elapsed, long sent) => After + Allowed(elapsed) - sent;

    /// <summary>How long to wait until there is room for some of <paramref name="bytes"/>.</summary>
    public TimeSpan Wait(long elapsed, long sent, long bytes)
    {
        var missing = Math.Min(bytes, Math.Max(1, Rate / Shares)) - Room(elapsed, sent);
        // Before a second has passed nothing comes to what its beginning allowed.
        var since = Math.Max(elapsed, 1000);
        var until = since + (missing * 1000 + Rate - 1) / Rate;
        return TimeSpan.FromMilliseconds(Math.Max(1, until - elapsed));
    }

    private long Allowed(long elapsed) => Math.Max(Rate, Rate * elapsed / 1000);
}
