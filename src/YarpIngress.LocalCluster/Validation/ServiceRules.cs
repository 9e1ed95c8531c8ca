using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of v1 Service.</summary>
internal static class ServiceRules
{
    private const string SourceRangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";
    private static readonly string[] Types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

    public static void Create(FieldErrors errors, JsonObject value) => Check(errors, value, withAddresses: true);

    public static void Update(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        var (now, then) = (updated.Object("spec") ?? [], old.Object("spec") ?? []);
        var withAddresses = ServiceAddressRules.CheckUpdate(errors, now, then);
        if (now.String("type") == "LoadBalancer" && then.String("type") == "LoadBalancer"
            && now.String("loadBalancerClass") != then.String("loadBalancerClass"))
        {
            errors.Invalid("spec.loadBalancerClass", now["loadBalancerClass"], "may not change once set");
        }

        Check(errors, updated, withAddresses);
    }

    public static void UpdateStatus(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        var i = 0;
        foreach (var point in updated.Object("status").Object("loadBalancer").Objects("ingress"))
        {
            var path = $"status.loadBalancer.ingress[{i++}]";
            var address = point.String("ip");
            if (address is { Length: > 0 })
            {
                errors.Invalid($"{path}.ip", address, Addresses.Ip(address));
            }

            if (point.String("ipMode") is { } mode && (mode is not ("VIP" or "Proxy") || address is null))
            {
                if (address is null)
                {
                    errors.Forbidden($"{path}.ipMode", "may not be specified when `ip` is not set");
                }
                else
                {
                    errors.NotSupported($"{path}.ipMode", mode, "Proxy", "VIP");
                }
            }

            if (point.String("hostname") is { Length: > 0 } host)
            {
                errors.Invalid($"{path}.hostname", host, Names.Subdomain(host));
                if (Addresses.Parse(host) is not null)
                {
                    errors.Invalid($"{path}.hostname", host, "must be a DNS name, not an IP address");
                }
            }
        }
    }

    private static void Check(FieldErrors errors, JsonObject value, bool withAddresses)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Label1035);
        var spec = value.Object("spec") ?? [];
        var type = spec.String("type") ?? "";
        if (!Types.Contains(type))
        {
            errors.NotSupported("spec.type", type, Types);
        }

        ServicePortRules.Check(errors, spec, type);
        if (withAddresses)
        {
            ServiceAddressRules.Check(errors, spec, type);
        }

        if (type == "ExternalName")
        {
            ExternalName(errors, spec.String("externalName") ?? "");
        }

        MetadataRules.Labels(errors, spec, "spec.selector", "selector");
        Affinity(errors, spec);
        LoadBalancer(errors, value, spec, type);
        TrafficPolicies(errors, spec, type);
    }

    private static void ExternalName(FieldErrors errors, string name)
    {
        if (name.Length == 0)
        {
            errors.Required("spec.externalName");
        }
        else
        {
            errors.Invalid("spec.externalName", name, Names.Subdomain(name.EndsWith('.') ? name[..^1] : name));
        }
    }

    private static void Affinity(FieldErrors errors, JsonObject spec)
    {
        const string Path = "spec.sessionAffinityConfig";
        var config = spec.Object("sessionAffinityConfig");
        switch (spec.String("sessionAffinity"))
        {
            case null or "":
                errors.Required("spec.sessionAffinity");
                break;
            case "None":
                if (config is not null)
                {
                    errors.Forbidden(Path, "must not be set when session affinity is None");
                }

                break;
            case "ClientIP":
                var timeout = config.Object("clientIP").Integer("timeoutSeconds");
                if (timeout is null)
                {
                    var missing =
                        config is null ? Path : config.Object("clientIP") is null ? $"{Path}.clientIP" : $"{Path}.clientIP.timeoutSeconds";
                    errors.Required(missing, "when session affinity type is ClientIP");
                }
                else if (timeout is <= 0 or > 86400)
                {
                    errors.Invalid($"{Path}.clientIP.timeoutSeconds", timeout, "must be greater than 0 and less than 86400");
                }

                break;
            case var other:
                errors.NotSupported("spec.sessionAffinity", other, "ClientIP", "None");
                break;
        }
    }

    private static void LoadBalancer(FieldErrors errors, JsonObject value, JsonObject spec, string type)
    {
        var listed = spec.Array("loadBalancerSourceRanges") is { Count: > 0 };
        var annotated = value.Object("metadata").Object("annotations").String(SourceRangesAnnotation);
        if (listed || annotated is not null)
        {
            var path = listed ? "spec.LoadBalancerSourceRanges" : $"metadata.annotations[{SourceRangesAnnotation}]";
            if (type != "LoadBalancer")
            {
                errors.Forbidden(path, "may only be used when `type` is 'LoadBalancer'");
            }

            var ranges = listed
                ? spec.Array("loadBalancerSourceRanges")!.Select(r => r.AsString() ?? "")
                : annotated!.Split(',', StringSplitOptions.RemoveEmptyEntries);
            var i = 0;
            foreach (var range in ranges)
            {
                errors.Invalid(listed ? $"{path}[{i++}]" : path, range, Addresses.Cidr(range.Trim()));
            }
        }

        if (spec["allocateLoadBalancerNodePorts"] is not null && type != "LoadBalancer")
        {
            errors.Forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'");
        }

        if (spec.String("loadBalancerClass") is { } name)
        {
            if (type != "LoadBalancer")
            {
                errors.Forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'");
            }
            else
            {
                errors.Invalid("spec.loadBalancerClass", name, Names.QualifiedName(name));
            }
        }
    }

    private static void TrafficPolicies(FieldErrors errors, JsonObject spec, string type)
    {
        var outside = type is "NodePort" or "LoadBalancer" || (type == "ClusterIP" && spec.Array("externalIPs") is { Count: > 0 });
        if (spec.String("externalTrafficPolicy") is { } external)
        {
            if (!outside)
            {
                errors.Invalid("spec.externalTrafficPolicy", external, "may only be set for externally-accessible services");
            }
            else if (external is not ("Cluster" or "Local"))
            {
                errors.NotSupported("spec.externalTrafficPolicy", external, "Cluster", "Local");
            }
        }
        else if (outside)
        {
            errors.Required("spec.externalTrafficPolicy", "ExternalTrafficPolicy is required for externally-accessible services");
        }

        if (spec.Integer("healthCheckNodePort") is { } port and not 0)
        {
            if (port < 0)
            {
                errors.Invalid("spec.healthCheckNodePort", port, "must be greater than or equal to 0");
            }
            else if (type != "LoadBalancer" || spec.String("externalTrafficPolicy") != "Local")
            {
                errors.Invalid(
                    "spec.healthCheckNodePort", port,
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
            }
        }

        if (spec.String("internalTrafficPolicy") is { } inside and not ("Cluster" or "Local"))
        {
            errors.NotSupported("spec.internalTrafficPolicy", inside, "Cluster", "Local");
        }

        if (spec.String("trafficDistribution") is { } distribution and not ("PreferClose" or "PreferSameNode" or "PreferSameZone"))
        {
            errors.NotSupported("spec.trafficDistribution", distribution, "PreferClose", "PreferSameNode", "PreferSameZone");
        }
    }
}
