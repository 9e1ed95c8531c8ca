using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Limits;

/// <summary>
/// What nginx's documentation and source say of limit_req, written down once more in the plainest way: one zone for each rate, each
/// with its own time, nothing ever forgotten.
/// </summary>
internal sealed class NaiveLimits(LimitPolicy policy)
{
    private readonly Dictionary<UInt128, (long Excess, long Last)> _second = [];
    private readonly Dictionary<UInt128, (long Excess, long Last)> _minute = [];

    public bool TryTake(UInt128 client, long now)
    {
        var second = Excess(_second, client, now, policy.RequestsPerSecond * 1000L);
        var minute = Excess(_minute, client, now, policy.RequestsPerMinute * 1000L / 60);
        if ((policy.RequestsPerSecond > 0 && second > policy.RequestsPerSecond * 1000L * policy.BurstMultiplier)
            || (policy.RequestsPerMinute > 0 && minute > policy.RequestsPerMinute * 1000L * policy.BurstMultiplier))
            return false;
        _second[client] = (second, now);
        _minute[client] = (minute, now);
        return true;
    }

    private static long Excess(Dictionary<UInt128, (long Excess, long Last)> zone, UInt128 client, long now, long rate) =>
        zone.TryGetValue(client, out var one) ? Math.Max(0, one.Excess - rate * (now - one.Last) / 1000 + 1000) : 0;
}
