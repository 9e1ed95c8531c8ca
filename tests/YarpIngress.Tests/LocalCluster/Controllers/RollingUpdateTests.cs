using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Controllers.Deployments;

namespace YarpIngress.Tests.LocalCluster.Controllers;

/// <summary>The arithmetic of rollouts, after upstream's own tables.</summary>
public sealed class RollingUpdateTests
{
    [Theory]
    [InlineData(10, "25%", "25%", 3, 2)]
    [InlineData(10, "50%", "50%", 5, 5)]
    [InlineData(1, "25%", "25%", 1, 0)]
    [InlineData(10, "0", "0", 0, 1)]
    [InlineData(4, "2", "10%", 2, 0)]
    [InlineData(2, "0", "5", 0, 2)]
    public void Limits_are_numbers_or_shares(int replicas, string surge, string unavailable, int expectedSurge, int expectedUnavailable)
    {
        var limits = RolloutLimits.Of(Deployment(replicas, surge, unavailable));
        Assert.Equal((expectedSurge, expectedUnavailable), (limits.MaxSurge, limits.MaxUnavailable));
    }

    [Theory]
    [InlineData(10, 0, 0, 10, 10)]
    [InlineData(10, 2, 0, 10, 12)]
    public void At_first_the_new_set_gets_all_that_fits(int replicas, int surge, int current, int total, int expectedTotal)
    {
        var limits = new RolloutLimits(replicas, surge, 0, true);
        Assert.Equal(expectedTotal - total + current, RollingUpdate.NewSize(limits, current, total));
    }

    [Theory]
    // replicas, maxSurge, maxUnavailable, new, newAvailable, old, oldAvailable → old
    [InlineData(10, 0, 1, 0, 0, 10, 10, 9)]
    [InlineData(10, 3, 2, 3, 0, 10, 10, 8)]
    [InlineData(10, 3, 2, 5, 5, 8, 8, 3)]
    [InlineData(10, 2, 2, 0, 0, 10, 7, 8)]
    [InlineData(10, 2, 0, 2, 0, 10, 10, 10)]
    [InlineData(1, 1, 0, 1, 1, 1, 1, 0)]
    public void Old_sets_shrink_as_far_as_availability_allows(
        int replicas, int surge, int unavailable, int now, int nowAvailable, int old, int oldAvailable, int expected)
    {
        var limits = new RolloutLimits(replicas, surge, unavailable, true);
        Assert.Equal([expected], RollingUpdate.OldSizes(limits, new SetSize(now, nowAvailable), [new SetSize(old, oldAvailable)]));
    }

    [Theory]
    // Upstream's documentation: 10 → 15 replicas in the middle of a rollout with 8 old and 5 new pods and maxSurge 3.
    [InlineData(15, 3, 13, new[] { 8, 5 }, new[] { 11, 7 })]
    [InlineData(5, 2, 12, new[] { 8, 4 }, new[] { 5, 2 })]
    [InlineData(0, 2, 12, new[] { 8, 4 }, new[] { 0, 0 })]
    public void Scaling_in_the_middle_of_a_rollout_keeps_the_shares(int replicas, int surge, int before, int[] sizes, int[] expected)
    {
        var limits = new RolloutLimits(replicas, surge, 0, true);
        Assert.Equal(expected, RollingUpdate.Proportional(limits, [.. sizes.Select(size => new SetSize(size, size, before))]));
    }

    private static JsonObject Deployment(int replicas, string surge, string unavailable) => new()
    {
        ["spec"] = new JsonObject
        {
            ["replicas"] = replicas,
            ["strategy"] = new JsonObject
            {
                ["type"] = "RollingUpdate",
                ["rollingUpdate"] = new JsonObject { ["maxSurge"] = Value(surge), ["maxUnavailable"] = Value(unavailable) },
            },
        },
    };

    private static JsonNode Value(string text) => int.TryParse(text, out var number) ? number : text;
}
