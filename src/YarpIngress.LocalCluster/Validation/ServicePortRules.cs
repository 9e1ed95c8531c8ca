using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of the ports of a Service.</summary>
internal static class ServicePortRules
{
    // No load balancer may hide the node's kubelet.
    private const int KubeletPort = 10250;

    public static void Check(FieldErrors errors, JsonObject spec, string type)
    {
        var ports = spec.Objects("ports").ToList();
        if (ports.Count == 0 && spec.String("clusterIP") != "None" && type != "ExternalName")
        {
            errors.Required("spec.ports");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var nodePorts = new HashSet<(string?, long?)>();
        var numbers = new HashSet<(string?, long?)>();
        for (var i = 0; i < ports.Count; i++)
        {
            var (path, port) = ($"spec.ports[{i}]", ports[i]);
            One(errors, path, port, requireName: ports.Count > 1, names);
            var protocol = port.String("protocol");
            if (type == "LoadBalancer" && port.Integer("port") == KubeletPort)
            {
                errors.Invalid(path, KubeletPort, $"may not expose port {KubeletPort} externally since it is used by kubelet");
            }

            if (port.Integer("nodePort") is { } nodePort and not 0)
            {
                if (type == "ClusterIP")
                {
                    errors.Forbidden($"{path}.nodePort", "may not be used when `type` is 'ClusterIP'");
                }
                else if (!nodePorts.Add((protocol, nodePort)))
                {
                    errors.Duplicate($"{path}.nodePort", nodePort);
                }
            }

            if (!numbers.Add((protocol, port.Integer("port"))))
            {
                errors.Duplicate(path, new JsonObject { ["port"] = port.Integer("port"), ["protocol"] = protocol });
            }
        }
    }

    private static void One(FieldErrors errors, string path, JsonObject port, bool requireName, HashSet<string> names)
    {
        var name = port.String("name") ?? "";
        if (name.Length == 0 && requireName)
        {
            errors.Required($"{path}.name");
        }
        else if (name.Length > 0)
        {
            errors.Invalid($"{path}.name", name, Names.Label(name));
            if (!names.Add(name))
            {
                errors.Duplicate($"{path}.name", name);
            }
        }

        var number = port.Integer("port") ?? 0;
        errors.Invalid($"{path}.port", number, Names.PortNumber(number));
        PortFields.Protocol(errors, path, port);
        if (port["targetPort"] is { } target)
        {
            PortFields.NumberOrName(errors, $"{path}.targetPort", target);
        }

        if (port.String("appProtocol") is { } application)
        {
            errors.Invalid($"{path}.appProtocol", application, Names.QualifiedName(application));
        }
    }
}
