using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of v1 Pod.</summary>
internal static class PodRules
{
    private const string Immutable =
        "pod updates may not change fields other than "
        + "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
        + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 "
        + "if it was previously negative)";

    private static readonly string[] MayChange =
        ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "ephemeralContainers", "schedulingGates"];

    public static void Create(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        PodSpecRules.Check(errors, "spec", value.Object("spec") ?? []);
    }

    public static void Update(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        Create(errors, updated);
        if (!Json.Same(Fixed(updated.Object("spec")), Fixed(old.Object("spec"))))
        {
            errors.Forbidden("spec", Immutable);
        }
    }

    private static JsonObject Fixed(JsonObject? spec)
    {
        var copy = spec?.DeepClone().AsObject() ?? [];
        foreach (var name in MayChange)
        {
            copy.Remove(name);
        }

        // Binding to a node is an update here, since there is no binding subresource.
        copy.Remove("nodeName");
        foreach (var container in copy.Objects("containers").Concat(copy.Objects("initContainers")))
        {
            container.Remove("image");
        }

        return copy;
    }
}
