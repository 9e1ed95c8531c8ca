using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of apps/v1 ReplicaSet, and what Deployments share with it.</summary>
internal static class ReplicaSetRules
{
    public static void Create(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        Replicas(errors, value.Object("spec") ?? []);
    }

    public static void Update(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        Create(errors, updated);
        MetadataRules.Immutable(errors, "spec.selector", updated.Object("spec")?["selector"], old.Object("spec")?["selector"]);
    }

    /// <summary>Count, selector and template. <paramref name="kind"/> is the word of the message about an empty selector.</summary>
    public static void Replicas(FieldErrors errors, JsonObject spec, string kind = "deployment")
    {
        PortFields.NotNegative(errors, "spec.replicas", spec["replicas"]);
        PortFields.NotNegative(errors, "spec.minReadySeconds", spec["minReadySeconds"]);
        var template = spec.Object("template") ?? [];
        if (spec.Object("selector") is not { } selector)
        {
            errors.Required("spec.selector");
        }
        else
        {
            SelectorRules.Check(errors, "spec.selector", selector);
            var labels = template.Object("metadata").Object("labels");
            if (selector.Object("matchLabels") is not { Count: > 0 } && selector.Array("matchExpressions") is not { Count: > 0 })
            {
                errors.Invalid("spec.selector", selector.DeepClone(), $"empty selector is invalid for {kind}");
            }
            else if (!SelectorRules.Matches(selector, labels))
            {
                errors.Invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
            }
        }

        MetadataRules.Labels(errors, template.Object("metadata"), "spec.template.labels");
        MetadataRules.Annotations(errors, template.Object("metadata").Object("annotations"), "spec.template.annotations");
        var pod = template.Object("spec") ?? [];
        PodSpecRules.Check(errors, "spec.template.spec", pod);
        if (pod.String("restartPolicy") is { } policy and ("Never" or "OnFailure"))
        {
            errors.NotSupported("spec.template.spec.restartPolicy", policy, "Always");
        }

        if (pod["activeDeadlineSeconds"] is not null)
        {
            errors.Forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported");
        }
    }
}
