using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of apps/v1 DaemonSet.</summary>
internal static class DaemonSetRules
{
    public static void Create(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        var spec = value.Object("spec") ?? [];
        ReplicaSetRules.Replicas(errors, spec, "daemonset");
        Strategy(errors, spec.Object("updateStrategy") ?? []);
        PortFields.NotNegative(errors, "spec.revisionHistoryLimit", spec["revisionHistoryLimit"]);
    }

    public static void Update(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        Create(errors, updated);
        MetadataRules.Immutable(errors, "spec.selector", updated.Object("spec")?["selector"], old.Object("spec")?["selector"]);
    }

    private static void Strategy(FieldErrors errors, JsonObject strategy)
    {
        const string Path = "spec.updateStrategy";
        var rolling = strategy.Object("rollingUpdate");
        switch (strategy.String("type"))
        {
            case "OnDelete":
                break;
            case "RollingUpdate" when rolling is null:
                errors.Required($"{Path}.rollingUpdate");
                break;
            case "RollingUpdate":
                DeploymentRules.IntOrPercent(errors, $"{Path}.rollingUpdate.maxUnavailable", rolling["maxUnavailable"]);
                DeploymentRules.IntOrPercent(errors, $"{Path}.rollingUpdate.maxSurge", rolling["maxSurge"]);
                var (unavailable, surge) = (DeploymentRules.Amount(rolling["maxUnavailable"]), DeploymentRules.Amount(rolling["maxSurge"]));
                if (unavailable > 0 && surge > 0)
                    errors.Invalid($"{Path}.rollingUpdate.maxSurge", rolling["maxSurge"], "may not be set when maxUnavailable is non-zero");
                if (unavailable == 0 && surge == 0)
                    errors.Required($"{Path}.rollingUpdate.maxUnavailable", "cannot be 0 when maxSurge is 0");
                break;
            case var other:
                errors.NotSupported($"{Path}.type", other, "OnDelete", "RollingUpdate");
                break;
        }
    }
}
