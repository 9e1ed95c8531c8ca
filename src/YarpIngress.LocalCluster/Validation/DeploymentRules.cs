using System.Globalization;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of apps/v1 Deployment.</summary>
internal static class DeploymentRules
{
    public static void Create(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        var spec = value.Object("spec") ?? [];
        ReplicaSetRules.Replicas(errors, spec);
        Strategy(errors, spec.Object("strategy") ?? []);
        PortFields.NotNegative(errors, "spec.revisionHistoryLimit", spec["revisionHistoryLimit"]);
        PortFields.NotNegative(errors, "spec.progressDeadlineSeconds", spec["progressDeadlineSeconds"]);
        if (spec.Integer("progressDeadlineSeconds") is { } deadline && deadline <= (spec.Integer("minReadySeconds") ?? 0))
        {
            errors.Invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
        }
    }

    public static void Update(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        Create(errors, updated);
        MetadataRules.Immutable(errors, "spec.selector", updated.Object("spec")?["selector"], old.Object("spec")?["selector"]);
    }

    private static void Strategy(FieldErrors errors, JsonObject strategy)
    {
        const string Path = "spec.strategy";
        var rolling = strategy.Object("rollingUpdate");
        switch (strategy.String("type"))
        {
            case "Recreate":
                if (rolling is not null)
                {
                    errors.Forbidden($"{Path}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
                }

                break;
            case "RollingUpdate":
                if (rolling is null)
                {
                    errors.Required($"{Path}.rollingUpdate", "this should be defaulted and never be nil");
                    break;
                }

                IntOrPercent(errors, $"{Path}.rollingUpdate.maxUnavailable", rolling["maxUnavailable"]);
                IntOrPercent(errors, $"{Path}.rollingUpdate.maxSurge", rolling["maxSurge"]);
                if (Amount(rolling["maxUnavailable"]) == 0 && Amount(rolling["maxSurge"]) == 0)
                {
                    errors.Invalid($"{Path}.rollingUpdate.maxUnavailable", rolling["maxUnavailable"], "may not be 0 when `maxSurge` is 0");
                }

                if (rolling["maxUnavailable"].AsString() is { } percent && Amount(percent) > 100)
                {
                    errors.Invalid($"{Path}.rollingUpdate.maxUnavailable", percent, "must not be greater than 100%");
                }

                break;
            case var other:
                errors.NotSupported($"{Path}.type", other, "Recreate", "RollingUpdate");
                break;
        }
    }

    /// <summary>A count or a percentage, not negative.</summary>
    public static void IntOrPercent(FieldErrors errors, string path, JsonNode? value)
    {
        if (value.AsString() is { } text && Amount(value) is null)
        {
            errors.Invalid(
                path, text,
                "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
                + "regex used for validation is '[0-9]+%')");
        }
        else
        {
            PortFields.NotNegative(errors, path, value);
        }
    }

    /// <summary>A count; of a percentage the number in front of the sign, null when it is none.</summary>
    public static long? Amount(JsonNode? value) =>
        value.AsString() is { } text
            ? text.EndsWith('%')
                && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? percent : null
            : value.AsInteger();
}
