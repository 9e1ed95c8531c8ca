using System.Globalization;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Controllers.Deployments;

/// <summary>How far a rollout may leave the wanted number of pods.</summary>
/// <param name="Replicas">Pods wanted.</param>
/// <param name="MaxSurge">Pods more than wanted.</param>
/// <param name="MaxUnavailable">Pods fewer than wanted.</param>
/// <param name="IsRolling">False for <c>Recreate</c>.</param>
internal sealed record RolloutLimits(int Replicas, int MaxSurge, int MaxUnavailable, bool IsRolling)
{
    public int MaxTotal => IsRolling ? Replicas + MaxSurge : Replicas;

    public int MinAvailable => IsRolling ? Replicas - MaxUnavailable : 0;

    public static RolloutLimits Of(JsonObject deployment)
    {
        var replicas = deployment.NumberAt("spec", "replicas") ?? 1;
        if (deployment.TextAt("spec", "strategy", "type") == "Recreate")
            return new RolloutLimits(replicas, 0, 0, false);
        var rolling = deployment.ObjectAt("spec", "strategy", "rollingUpdate");
        var surge = Resolve(rolling?["maxSurge"], replicas, roundUp: true);
        var unavailable = Math.Min(Resolve(rolling?["maxUnavailable"], replicas, roundUp: false), replicas);
        // Percentages of few pods may both round to nothing: then nothing could ever move.
        if (surge == 0 && unavailable == 0)
            unavailable = 1;
        return new RolloutLimits(replicas, surge, unavailable, true);
    }

    private static int Resolve(JsonNode? value, int replicas, bool roundUp)
    {
        const int defaultPercent = 25;
        var text = value?.ToString() ?? $"{defaultPercent}%";
        if (!text.EndsWith('%'))
            return int.Parse(text, CultureInfo.InvariantCulture);
        var share = int.Parse(text[..^1], CultureInfo.InvariantCulture) * replicas;
        return roundUp ? (share + 99) / 100 : share / 100;
    }
}
