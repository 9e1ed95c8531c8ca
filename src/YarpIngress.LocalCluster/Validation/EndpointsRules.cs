using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of v1 Endpoints; loopback addresses of the pod range are fine, as in EndpointSlices.</summary>
internal static class EndpointsRules
{
    public static void Create(FieldErrors errors, JsonObject value, ValidationOptions options)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        var i = 0;
        foreach (var subset in value.Objects("subsets"))
        {
            Subset(errors, $"subsets[{i++}]", subset, options);
        }
    }

    public static void Update(FieldErrors errors, JsonObject updated, JsonObject old, ValidationOptions options)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        Create(errors, updated, options);
    }

    private static void Subset(FieldErrors errors, string path, JsonObject subset, ValidationOptions options)
    {
        if (subset.Array("addresses") is not { Count: > 0 } && subset.Array("notReadyAddresses") is not { Count: > 0 })
        {
            errors.Required(path, "must specify `addresses` or `notReadyAddresses`");
        }

        foreach (var list in (ReadOnlySpan<string>)["addresses", "notReadyAddresses"])
        {
            var i = 0;
            foreach (var address in subset.Objects(list))
            {
                Address(errors, $"{path}.{list}[{i++}]", address, options);
            }
        }

        var ports = subset.Objects("ports").ToList();
        for (var i = 0; i < ports.Count; i++)
        {
            Port(errors, $"{path}.ports[{i}]", ports[i], requireName: ports.Count > 1);
        }
    }

    private static void Address(FieldErrors errors, string path, JsonObject address, ValidationOptions options)
    {
        var ip = address.String("ip") ?? "";
        errors.Invalid($"{path}.ip", ip, Addresses.NotSpecial(ip, options.PodRange));
        if (address.String("hostname") is { Length: > 0 } host)
        {
            errors.Invalid($"{path}.hostname", host, Names.Label(host));
        }

        if (address.String("nodeName") is { } node)
        {
            errors.Invalid($"{path}.nodeName", node, Names.Subdomain(node));
        }
    }

    private static void Port(FieldErrors errors, string path, JsonObject port, bool requireName)
    {
        var name = port.String("name") ?? "";
        if (name.Length > 0)
        {
            errors.Invalid($"{path}.name", name, Names.Label(name));
        }
        else if (requireName)
        {
            errors.Required($"{path}.name");
        }

        var number = port.Integer("port") ?? 0;
        errors.Invalid($"{path}.port", number, Names.PortNumber(number));
        PortFields.Protocol(errors, path, port);
        if (port.String("appProtocol") is { } application)
        {
            errors.Invalid($"{path}.appProtocol", application, Names.QualifiedName(application));
        }
    }
}
