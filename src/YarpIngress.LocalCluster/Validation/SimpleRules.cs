using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of kinds that need few: Namespace, ServiceAccount, Node, ControllerRevision, Lease, NetworkPolicy, Event.</summary>
internal static class SimpleRules
{
    public static void Namespace(FieldErrors errors, JsonObject value) =>
        MetadataRules.Check(errors, value, namespaced: false, Names.Label);

    public static void Node(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: false, Names.Subdomain);
        var i = 0;
        foreach (var taint in value.Object("spec").Objects("taints"))
        {
            var path = $"spec.taints[{i++}]";
            var key = taint.String("key") ?? "";
            errors.Invalid($"{path}.key", key, Names.QualifiedName(key));
            PodSpecRules.OneOf(errors, path, taint, "effect", "NoSchedule", "PreferNoSchedule", "NoExecute");
        }
    }

    public static void ServiceAccount(FieldErrors errors, JsonObject value) =>
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);

    public static void ControllerRevision(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        if (value["data"] is null)
        {
            errors.Required("data", "data is mandatory");
        }

        PortFields.NotNegative(errors, "revision", value["revision"]);
    }

    public static void ControllerRevisionUpdate(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        ControllerRevision(errors, updated);
        if (!Json.Same(updated["data"], old["data"]))
        {
            errors.Invalid("data", updated["data"], "field is immutable");
        }
    }

    public static void Lease(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        var spec = value.Object("spec");
        if (spec.Integer("leaseDurationSeconds") is { } duration and <= 0)
        {
            errors.Invalid("spec.leaseDurationSeconds", duration, "must be greater than 0");
        }

        PortFields.NotNegative(errors, "spec.leaseTransitions", spec?["leaseTransitions"]);
    }

    public static void PodDisruptionBudget(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        var spec = value.Object("spec");
        if (spec?["minAvailable"] is not null && spec["maxUnavailable"] is not null)
            errors.Invalid("spec", "", "minAvailable and maxUnavailable cannot be both set");
    }

    public static void NetworkPolicy(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        var spec = value.Object("spec");
        SelectorRules.Check(errors, "spec.podSelector", spec.Object("podSelector") ?? []);
        var i = 0;
        foreach (var type in spec.Array("policyTypes") ?? [])
        {
            if (type.AsString() is not ("Ingress" or "Egress"))
                errors.NotSupported($"spec.policyTypes[{i}]", type.AsString(), "Egress", "Ingress");
            i++;
        }
    }

    public static void Event(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        var about = value.Object("involvedObject") ?? value.Object("regarding");
        var field = value.ContainsKey("regarding") ? "regarding" : "involvedObject";
        var (own, other) = (value.Object("metadata").String("namespace") ?? "", about.String("namespace") ?? "");

        // Events about cluster-scoped objects live in the default namespace.
        if (other.Length > 0 ? other != own : own is not ("default" or "kube-system"))
        {
            errors.Invalid($"{field}.namespace", other, "does not match event.namespace");
        }
    }
}
