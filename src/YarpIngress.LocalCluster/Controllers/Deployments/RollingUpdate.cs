namespace YarpIngress.LocalCluster.Controllers.Deployments;

/// <summary>The sizes of a Deployment's ReplicaSets, step by step: upstream's rules as pure functions.</summary>
internal static class RollingUpdate
{
    /// <summary>The size of the set with the newest template.</summary>
    public static int NewSize(RolloutLimits limits, int current, int total)
    {
        if (!limits.IsRolling)
            return limits.Replicas;
        if (current >= limits.Replicas)
            return limits.Replicas;
        return current + Math.Max(0, Math.Min(limits.MaxTotal - total, limits.Replicas - current));
    }

    /// <summary>The sizes of the older sets, oldest first: unhealthy pods go first, then as many as availability allows.</summary>
    public static int[] OldSizes(RolloutLimits limits, SetSize? newest, IReadOnlyList<SetSize> old)
    {
        var sizes = old.Select(set => set.Replicas).ToArray();
        var newReplicas = newest?.Replicas ?? 0;
        var newAvailable = newest?.Available ?? 0;
        var budget = sizes.Sum() + newReplicas - limits.MinAvailable - (newReplicas - newAvailable);
        if (budget <= 0)
            return sizes;
        for (var i = 0; i < sizes.Length && budget > 0; i++)
        {
            var unhealthy = Math.Min(budget, Math.Max(0, sizes[i] - old[i].Available));
            sizes[i] -= unhealthy;
            budget -= unhealthy;
        }

        var spare = old.Sum(set => set.Available) + newAvailable - limits.MinAvailable;
        for (var i = 0; i < sizes.Length && spare > 0; i++)
        {
            var step = Math.Min(sizes[i], spare);
            sizes[i] -= step;
            spare -= step;
        }

        return sizes;
    }

    /// <summary>
    /// The sizes when the Deployment was scaled in the middle of a rollout:
    /// what comes or goes is shared in proportion, the larger sets first.
    /// </summary>
    public static int[] Proportional(RolloutLimits limits, IReadOnlyList<SetSize> sets)
    {
        var sizes = sets.Select(set => set.Replicas).ToArray();
        var allowed = limits.Replicas > 0 ? limits.Replicas + limits.MaxSurge : 0;
        var change = allowed - sizes.Sum();
        if (change == 0)
            return sizes;
        var order = Enumerable.Range(0, sizes.Length).OrderByDescending(i => sizes[i]).ToList();
        var done = 0;
        foreach (var i in order)
        {
            var share = Share(limits, sets[i]);
            share = change > 0 ? Math.Min(share, change - done) : Math.Max(share, change - done);
            sizes[i] = Math.Max(0, sizes[i] + share);
            done += share;
        }

        // What rounding left over goes to the largest.
        sizes[order[0]] = Math.Max(0, sizes[order[0]] + change - done);
        return sizes;
    }

    private static int Share(RolloutLimits limits, SetSize set)
    {
        if (limits.Replicas == 0)
            return -set.Replicas;
        var before = set.MaxBefore is > 0 and var max ? max : limits.MaxTotal;
        return (int)Math.Round(set.Replicas * (double)limits.MaxTotal / before, MidpointRounding.AwayFromZero) - set.Replicas;
    }
}

/// <summary>The size of a ReplicaSet.</summary>
/// <param name="Replicas">Pods wanted.</param>
/// <param name="Available">Pods available.</param>
/// <param name="MaxBefore">Most pods of all sets of the Deployment when this one was last sized.</param>
internal readonly record struct SetSize(int Replicas, int Available, int? MaxBefore = null);
