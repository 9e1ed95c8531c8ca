using YarpIngress.Translation.Model;
using static System.FormattableString;

namespace YarpIngress.Commands.Policies;

/// <summary>The limits of a route in words, for <c>translate</c> and <c>explain</c>.</summary>
internal static class LimitText
{
    /// <summary>One text for each limit, and for what they have in common.</summary>
    public static IEnumerable<string> Of(LimitPolicy policy)
    {
        if (policy.RequestsPerSecond > 0)
            yield return Rate(policy, policy.RequestsPerSecond, "second");
        if (policy.RequestsPerMinute > 0)
            yield return Rate(policy, policy.RequestsPerMinute, "minute");
        if (policy.Connections > 0)
            yield return Invariant($"{policy.Connections} open requests, else {policy.ConnectionStatus}");
        if (policy.LimitsRequests)
            yield return policy.Key is { } key ? $"for each {key.Source}" : "for each address of a client";
        if (policy.LimitsRequests && policy.Exempt.Networks.Count > 0)
            yield return $"not for {policy.Exempt}";
        if (policy.AnswerRate > 0)
            yield return Invariant($"answers at {policy.AnswerRate / 1024} KB a second")
                + (policy.AnswerRateAfter > 0 ? Invariant($" after {policy.AnswerRateAfter / 1024} KB") : "");
    }

    private static string Rate(LimitPolicy policy, int number, string time) =>
        Invariant($"{number} requests a {time}, {(long)number * policy.BurstMultiplier + 1} at once, else {policy.RequestStatus}");
}
