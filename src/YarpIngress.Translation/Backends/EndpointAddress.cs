using System.Net;
using System.Net.Sockets;

namespace YarpIngress.Translation.Backends;

/// <summary>Which addresses an endpoint may have: those that the API server allows, and loopback for clusters that live there.</summary>
internal static class EndpointAddress
{
    /// <summary>Why <paramref name="address"/> can't be used; null when it can.</summary>
    public static string? Problem(string? address, string? addressType)
    {
        if (string.IsNullOrEmpty(address))
            return "is empty";
        return addressType switch
        {
            "FQDN" => HostName.IsDnsName(TrimRoot(address)) ? null : "is no DNS name",
            "IPv4" => ParseIPv4(address) is { } v4 ? Special(v4) : "is no IPv4 address",
            "IPv6" => address.Contains(':') && !address.Contains('%') && !address.Contains('[') && IPAddress.TryParse(address, out var v6)
                ? Special(v6)
                : "is no IPv6 address",
            _ => $"is of addressType {Quoted.Value(addressType)}, which is none of IPv4, IPv6, FQDN",
        };
    }

    /// <summary>The type of an address in the older Endpoints, which do not say it.</summary>
    public static string TypeOf(string? address) => address?.Contains(':') == true ? "IPv6" : "IPv4";

    /// <summary>A DNS name without the dot of the root.</summary>
    public static string TrimRoot(string name) => name.Length > 1 && name[^1] == '.' ? name[..^1] : name;

    /// <summary>Dotted decimal only: the framework's parser also reads <c>1</c> and <c>0x7f.1</c>.</summary>
    public static IPAddress? ParseIPv4(string address) =>
        IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() == address
            ? parsed
            : null;

    private static string? Special(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return "is the unspecified address";
        if (address.IsIPv6LinkLocal || address.IsIPv6Multicast)
            return "is link-local or multicast";
        if (address.AddressFamily != AddressFamily.InterNetwork)
            return null;
        var bytes = address.GetAddressBytes();
        return bytes is [169, 254, ..] or [>= 224, ..] ? "is link-local, multicast or reserved" : null;
    }
}
