using System.Net.Sockets;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of clusterIP, clusterIPs, ipFamilies and externalIPs.</summary>
internal static class ServiceAddressRules
{
    private const string None = "None";

    public static void Check(FieldErrors errors, JsonObject spec, string type)
    {
        var addresses = spec.Array("clusterIPs")?.Select(a => a.AsString() ?? "").ToList() ?? [];
        var primary = spec.String("clusterIP") ?? "";
        if (type == "ExternalName")
        {
            ForbidForExternalName(errors, spec, addresses.Count);
        }
        else
        {
            ClusterAddresses(errors, primary, addresses, type);
            Families(errors, spec);
        }

        var i = 0;
        foreach (var item in spec.Array("externalIPs") ?? [])
        {
            var (path, address) = ($"spec.externalIPs[{i++}]", item.AsString() ?? "");
            errors.Invalid(
                path, address, Addresses.Parse(address) is null ? Addresses.Ip(address) : Addresses.NotSpecial(address, podRange: null));
        }
    }

    /// <summary>Assigned addresses stay, but for a change to or from ExternalName. False when the addresses need no more checks.</summary>
    public static bool CheckUpdate(FieldErrors errors, JsonObject now, JsonObject then)
    {
        if (now.String("type") == "ExternalName" || then.String("type") == "ExternalName")
        {
            return true;
        }

        var (before, after) = (then.String("clusterIP") ?? "", now.String("clusterIP") ?? "");
        if (before.Length == 0 || before == after)
        {
            return true;
        }

        errors.InvalidLiteral("spec.clusterIPs[0]", $"[]string{{\"{after}\"}}", "may not change once set");
        return false;
    }

    private static void ForbidForExternalName(FieldErrors errors, JsonObject spec, int addresses)
    {
        if (spec.String("clusterIP") is { Length: > 0 })
        {
            errors.Forbidden("spec.clusterIP", "may not be set for ExternalName services");
        }

        if (addresses > 0)
        {
            errors.Forbidden("spec.clusterIPs", "may not be set for ExternalName services");
        }

        if (spec.Array("ipFamilies") is { Count: > 0 })
        {
            errors.Forbidden("spec.ipFamilies", "may not be set for ExternalName services");
        }

        if (spec["ipFamilyPolicy"] is not null)
        {
            errors.Forbidden("spec.ipFamilyPolicy", "may not be set for ExternalName services");
        }
    }

    private static void ClusterAddresses(FieldErrors errors, string primary, List<string> addresses, string type)
    {
        if (primary == None && type is "NodePort" or "LoadBalancer")
        {
            errors.Invalid("spec.clusterIPs[0]", None, $"may not be set to 'None' for {type} services");
        }

        if (addresses.Count > 0 && primary != addresses[0])
        {
            errors.Invalid("spec.clusterIPs", Json.Texts(addresses), "first value must match `clusterIP`");
            return;
        }

        if (addresses.Count == 0 && primary.Length > 0)
        {
            addresses = [primary];
        }

        for (var i = 0; i < addresses.Count; i++)
        {
            if (addresses[i] == None)
            {
                if (addresses.Count > 1)
                {
                    errors.Invalid($"spec.clusterIPs[{i}]", None, "may not be set to 'None' when more than one value is given");
                }
            }
            else if (Addresses.Parse(addresses[i]) is null)
            {
                errors.Invalid($"spec.clusterIPs[{i}]", addresses[i], "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            }
        }

        if (addresses.Count > 2)
        {
            errors.Invalid("spec.clusterIPs", Json.Texts(addresses), "may only hold up to 2 values");
        }
        else if (addresses.Count == 2 && IsIpv6(addresses[0]) == IsIpv6(addresses[1]) && addresses.All(a => Addresses.Parse(a) is not null))
        {
            errors.Invalid(
                "spec.clusterIPs", Json.Texts(addresses),
                "may specify no more than one IP for each IP family");
        }
    }

    private static void Families(FieldErrors errors, JsonObject spec)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        foreach (var item in spec.Array("ipFamilies") ?? [])
        {
            var (path, family) = ($"spec.ipFamilies[{i++}]", item.AsString() ?? "");
            if (family is not ("IPv4" or "IPv6"))
            {
                errors.NotSupported(path, family, "IPv4", "IPv6");
            }
            else if (!seen.Add(family))
            {
                errors.Duplicate(path, family);
            }
        }

        if (spec.String("ipFamilyPolicy") is { } policy and not ("PreferDualStack" or "RequireDualStack" or "SingleStack"))
        {
            errors.NotSupported("spec.ipFamilyPolicy", policy, "PreferDualStack", "RequireDualStack", "SingleStack");
        }
    }

    private static bool IsIpv6(string address) => Addresses.Parse(address)?.AddressFamily == AddressFamily.InterNetworkV6;
}
