using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>Defaults that depend on other fields, by type; the fixed ones stand in the schema files.</summary>
internal static class TypeDefaults
{
    private static readonly FrozenDictionary<string, Action<JsonObject>> ByType = new Dictionary<string, Action<JsonObject>>
    {
        ["io.k8s.api.core.v1.Namespace"] = Namespace,
        ["io.k8s.api.core.v1.Secret"] = Secret,
        ["io.k8s.api.core.v1.ServiceSpec"] = ServiceSpec,
        ["io.k8s.api.core.v1.ServicePort"] = ServicePort,
        ["io.k8s.api.core.v1.Pod"] = PodDefaults.Pod,
        ["io.k8s.api.core.v1.PodSpec"] = PodDefaults.PodSpec,
        ["io.k8s.api.core.v1.Container"] = PodDefaults.Container,
        ["io.k8s.api.core.v1.EphemeralContainer"] = PodDefaults.Container,
        ["io.k8s.api.core.v1.Volume"] = PodDefaults.Volume,
        ["io.k8s.api.apps.v1.DeploymentStrategy"] = DeploymentStrategy,
        ["io.k8s.api.apps.v1.DaemonSetUpdateStrategy"] = DaemonSetUpdateStrategy,
        ["io.k8s.api.networking.v1.NetworkPolicySpec"] = NetworkPolicySpec,
        ["io.k8s.api.rbac.v1.RoleRef"] = RoleRef,
        ["io.k8s.api.rbac.v1.Subject"] = Subject,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Completes one object of a type; its fields are complete already.</summary>
    public static void Apply(ObjectType type, JsonObject value)
    {
        if (ByType.TryGetValue(type.FullName, out var complete))
        {
            complete(value);
        }
    }

    private static void Namespace(JsonObject value)
    {
        if (value.Object("metadata") is { } metadata && metadata.String("name") is { Length: > 0 } name)
        {
            metadata.Ensure("labels")["kubernetes.io/metadata.name"] = name;
        }
    }

    // stringData is write-only: it is folded into data and never stored.
    private static void Secret(JsonObject value)
    {
        if (value.Object("stringData") is not { } text)
        {
            return;
        }

        var data = value.Ensure("data");
        foreach (var (key, entry) in text)
        {
            data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(entry.AsString() ?? ""));
        }

        value.Remove("stringData");
    }

    private static void ServiceSpec(JsonObject spec)
    {
        var type = spec.String("type");
        if (spec.String("sessionAffinity") == "ClientIP")
        {
            var config = spec.Ensure("sessionAffinityConfig").Ensure("clientIP");
            config["timeoutSeconds"] ??= Json.Number(10800);
        }
        else if (spec.String("sessionAffinity") == "None")
        {
            spec.Remove("sessionAffinityConfig");
        }

        var outside = type is "NodePort" or "LoadBalancer" || (type == "ClusterIP" && spec.Array("externalIPs") is { Count: > 0 });
        if (outside)
        {
            spec["externalTrafficPolicy"] ??= "Cluster";
        }

        if (type is "ClusterIP" or "NodePort" or "LoadBalancer")
        {
            spec["internalTrafficPolicy"] ??= "Cluster";
        }

        if (type == "LoadBalancer")
        {
            spec["allocateLoadBalancerNodePorts"] ??= true;
        }
    }

    private static void ServicePort(JsonObject port)
    {
        if (port["targetPort"] is null && port["port"] is { } number)
        {
            port["targetPort"] = number.DeepClone();
        }
    }

    private static void DeploymentStrategy(JsonObject strategy)
    {
        if (strategy.String("type") == "RollingUpdate")
        {
            var rolling = strategy.Ensure("rollingUpdate");
            rolling["maxUnavailable"] ??= "25%";
            rolling["maxSurge"] ??= "25%";
        }
    }

    private static void DaemonSetUpdateStrategy(JsonObject strategy)
    {
        if (strategy.String("type") == "RollingUpdate")
        {
            var rolling = strategy.Ensure("rollingUpdate");
            rolling["maxUnavailable"] ??= Json.Number(1);
            rolling["maxSurge"] ??= Json.Number(0);
        }
    }

    private static void NetworkPolicySpec(JsonObject spec)
    {
        if (spec.Array("policyTypes") is not { Count: > 0 })
            spec["policyTypes"] = spec.Array("egress") is { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
    }

    private static void RoleRef(JsonObject reference)
    {
        if (reference.String("apiGroup") is null or "")
        {
            reference["apiGroup"] = "rbac.authorization.k8s.io";
        }
    }

    private static void Subject(JsonObject subject)
    {
        if (subject["apiGroup"] is null && subject.String("kind") is "User" or "Group")
        {
            subject["apiGroup"] = "rbac.authorization.k8s.io";
        }
    }
}
