using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>
/// Rules of discovery.k8s.io/v1 EndpointSlice. The one deviation
/// from upstream: loopback addresses of the pod range are fine.
/// </summary>
internal static class EndpointSliceRules
{
    private const int MaxEndpoints = 1000;
    private const int MaxAddresses = 100;
    private const int MaxPorts = 100;
    private const int MaxTopologyLabels = 16;
    private const int MaxZoneHints = 8;

    public static void Create(FieldErrors errors, JsonObject value, ValidationOptions options)
    {
        MetadataRules.Check(errors, value, namespaced: true, Names.Subdomain);
        var type = value.String("addressType") ?? "";
        if (type.Length == 0)
        {
            errors.Required("addressType");
        }
        else if (type is not ("FQDN" or "IPv4" or "IPv6"))
        {
            errors.NotSupported("addressType", type, "FQDN", "IPv4", "IPv6");
        }

        Endpoints(errors, value, type, options.PodRange);
        Ports(errors, value);
    }

    public static void Update(FieldErrors errors, JsonObject updated, JsonObject old, ValidationOptions options)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        Create(errors, updated, options);
        MetadataRules.Immutable(errors, "addressType", updated["addressType"], old["addressType"]);
    }

    private static void Endpoints(FieldErrors errors, JsonObject value, string type, IPNetwork? podRange)
    {
        if (value.Array("endpoints") is { Count: > MaxEndpoints } all)
        {
            errors.TooMany("endpoints", all.Count, MaxEndpoints);
            return;
        }

        var i = 0;
        foreach (var endpoint in value.Objects("endpoints"))
        {
            One(errors, $"endpoints[{i++}]", endpoint, type, podRange);
        }
    }

    private static void One(FieldErrors errors, string path, JsonObject endpoint, string type, IPNetwork? podRange)
    {
        var addresses = endpoint.Array("addresses") ?? [];
        if (addresses.Count == 0)
        {
            errors.Required($"{path}.addresses", "must contain at least 1 address");
        }
        else if (addresses.Count > MaxAddresses)
        {
            errors.TooMany($"{path}.addresses", addresses.Count, MaxAddresses);
        }

        for (var i = 0; i < addresses.Count; i++)
        {
            var address = addresses[i].AsString() ?? "";
            errors.Invalid($"{path}.addresses[{i}]", address, Address(address, type, podRange));
        }

        if (endpoint.String("nodeName") is { } node)
        {
            errors.Invalid($"{path}.nodeName", node, Names.Subdomain(node));
        }

        if (endpoint.Object("deprecatedTopology") is { } topology)
        {
            if (topology.Count > MaxTopologyLabels)
            {
                errors.TooMany($"{path}.deprecatedTopology", topology.Count, MaxTopologyLabels);
            }

            MetadataRules.Labels(errors, endpoint, $"{path}.deprecatedTopology", "deprecatedTopology");
        }

        if (endpoint.String("zone") is { } zone)
        {
            errors.Invalid($"{path}.zone", zone, Names.LabelValue(zone));
        }

        if (endpoint.String("hostname") is { } host)
        {
            errors.Invalid($"{path}.hostname", host, Names.Label(host));
        }

        if (endpoint.Object("hints") is { } hints)
        {
            Hints(errors, $"{path}.hints.forZones", hints.Objects("forZones").ToList(), Names.LabelValue);
            Hints(errors, $"{path}.hints.forNodes", hints.Objects("forNodes").ToList(), Names.Subdomain);
        }
    }

    private static IEnumerable<string> Address(string address, string type, IPNetwork? podRange)
    {
        switch (type)
        {
            case "IPv4":
                return Addresses.Parse(address) is { AddressFamily: AddressFamily.InterNetwork }
                    ? Addresses.NotSpecial(address, podRange)
                    : ["must be a valid IPv4 address"];
            case "IPv6":
                return Addresses.Parse(address) is { AddressFamily: AddressFamily.InterNetworkV6 }
                    ? Addresses.NotSpecial(address, podRange)
                    : ["must be a valid IPv6 address"];
            case "FQDN":
                var name = address.EndsWith('.') ? address[..^1] : address;
                return Names.Subdomain(name)
                    .Concat(name.Contains('.', StringComparison.Ordinal)
                        ? []
                        : ["should be a domain with at least two segments separated by dots"]);
            default:
                return [];
        }
    }

    private static void Hints(FieldErrors errors, string path, List<JsonObject> hints, Func<string, IEnumerable<string>> format)
    {
        if (hints.Count > MaxZoneHints)
        {
            errors.TooMany(path, hints.Count, MaxZoneHints);
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < hints.Count; i++)
        {
            var name = hints[i].String("name") ?? "";
            if (!seen.Add(name))
            {
                errors.Duplicate($"{path}[{i}].name", name);
            }

            errors.Invalid($"{path}[{i}].name", name, format(name));
        }
    }

    private static void Ports(FieldErrors errors, JsonObject value)
    {
        if (value.Array("ports") is { Count: > MaxPorts } all)
        {
            errors.TooMany("ports", all.Count, MaxPorts);
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        foreach (var port in value.Objects("ports"))
        {
            var path = $"ports[{i++}]";
            var name = port.String("name") ?? "";
            if (name.Length > 0)
            {
                errors.Invalid($"{path}.name", name, Names.Label(name));
            }

            if (!names.Add(name))
            {
                errors.Duplicate($"{path}.name", name);
            }

            PortFields.Protocol(errors, path, port);
            if (port.String("appProtocol") is { } application)
            {
                errors.Invalid($"{path}.appProtocol", application, Names.QualifiedName(application));
            }
        }
    }
}
