using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of pod specs: those that manifests break in practice, not each of upstream's.</summary>
internal static class PodSpecRules
{
    public static void Check(FieldErrors errors, string path, JsonObject spec)
    {
        var volumes = VolumeRules.Check(errors, $"{path}.volumes", spec);
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (spec.Array("containers") is not { Count: > 0 })
        {
            errors.Required($"{path}.containers");
        }

        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
        {
            var i = 0;
            foreach (var container in spec.Objects(list))
            {
                ContainerRules.Check(errors, $"{path}.{list}[{i++}]", container, volumes, names);
            }
        }

        OneOf(errors, path, spec, "restartPolicy", "Always", "Never", "OnFailure");
        OneOf(errors, path, spec, "dnsPolicy", "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
        if (spec.String("dnsPolicy") == "None" && spec.Object("dnsConfig").Array("nameservers") is not { Count: > 0 })
        {
            errors.Required($"{path}.dnsConfig.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None");
        }

        MetadataRules.Labels(errors, spec, $"{path}.nodeSelector", "nodeSelector");
        PortFields.NotNegative(errors, $"{path}.terminationGracePeriodSeconds", spec["terminationGracePeriodSeconds"]);
        Format(errors, path, spec, "serviceAccountName", Names.Subdomain);
        Format(errors, path, spec, "nodeName", Names.Subdomain);
        Format(errors, path, spec, "hostname", Names.Label);
        Format(errors, path, spec, "subdomain", Names.Label);
        Format(errors, path, spec, "priorityClassName", Names.Subdomain);
        HostPorts(errors, path, spec);
        Tolerations(errors, path, spec);
    }

    /// <summary>A field that must have one of the values.</summary>
    public static void OneOf(FieldErrors errors, string path, JsonObject holder, string field, params IReadOnlyList<string> values)
    {
        if (holder.String(field) is not { Length: > 0 } value)
        {
            errors.Required($"{path}.{field}");
        }
        else if (!values.Contains(value))
        {
            errors.NotSupported($"{path}.{field}", value, values);
        }
    }

    private static void Format(FieldErrors errors, string path, JsonObject holder, string field, Func<string, IEnumerable<string>> format)
    {
        if (holder.String(field) is { Length: > 0 } value)
        {
            errors.Invalid($"{path}.{field}", value, format(value));
        }
    }

    private static void HostPorts(FieldErrors errors, string path, JsonObject spec)
    {
        if (!spec.IsTrue("hostNetwork"))
        {
            return;
        }

        var c = 0;
        foreach (var container in spec.Objects("containers"))
        {
            var p = 0;
            foreach (var port in container.Objects("ports"))
            {
                if (port.Integer("hostPort") != port.Integer("containerPort"))
                {
                    errors.Invalid(
                        $"{path}.containers[{c}].ports[{p}].containerPort", port["containerPort"],
                        "must match `hostPort` when `hostNetwork` is true");
                }

                p++;
            }

            c++;
        }
    }

    private static void Tolerations(FieldErrors errors, string path, JsonObject spec)
    {
        var i = 0;
        foreach (var toleration in spec.Objects("tolerations"))
        {
            var at = $"{path}.tolerations[{i++}]";
            var (key, mode) = (toleration.String("key") ?? "", toleration.String("operator") ?? "");
            if (key.Length > 0)
            {
                errors.Invalid($"{at}.key", key, Names.QualifiedName(key));
            }
            else if (mode != "Exists")
            {
                errors.Invalid(
                    $"{at}.operator", mode, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }

            if (mode is not ("" or "Equal" or "Exists"))
            {
                errors.NotSupported($"{at}.operator", mode, "Equal", "Exists");
            }
            else if (mode == "Exists" && toleration.String("value") is { Length: > 0 } value)
            {
                errors.Invalid($"{at}.operator", value, "value must be empty when `operator` is 'Exists'");
            }

            if (toleration.String("effect") is { Length: > 0 } effect && effect is not ("NoExecute" or "NoSchedule" or "PreferNoSchedule"))
            {
                errors.NotSupported($"{at}.effect", effect, "NoSchedule", "PreferNoSchedule", "NoExecute");
            }
        }
    }
}
