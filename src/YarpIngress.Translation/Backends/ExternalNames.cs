using System.Globalization;
using System.Net;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Backends;

/// <summary>Services that are only a DNS name for something outside of the cluster.</summary>
internal static class ExternalNames
{
    /// <summary>The endpoint of an ExternalName Service, or a notice why there is none.</summary>
    public static (Endpoint? Endpoint, V1ServicePort? Port, int Index, Notice? Notice) Resolve(
        V1Service service, BackendKey key, TranslationSettings settings)
    {
        var name = service.Spec?.ExternalName ?? "";
        var about = $"Service {key.Namespace}/{key.Service} of type ExternalName";
        if (settings.DisableExternalName)
            return (null, null, -1, Refused($"{about} is refused by --disable-svc-external-name; requests answer 503"));
        var address = EndpointAddress.TrimRoot(name).ToLowerInvariant();
        var ip = IPAddress.TryParse(address, out var parsed) && !address.Contains('%')
            && (address.Contains(':') || EndpointAddress.ParseIPv4(address) is not null)
            ? parsed
            : null;
        if (ip is null && (!HostName.IsDnsName(address) || IPAddress.TryParse(address, out _)))
            return (
                null, null, -1,
                Refused($"externalName {Quoted.Value(name)} of Service {key.Namespace}/{key.Service} is no DNS name; requests answer 503"));
        if (!settings.AllowLoopbackExternalName && (IsLocalhost(address) || IsLoopback(ip)))
        {
            return (null, null, -1, Refused(
                $"externalName {Quoted.Value(name)} of Service {key.Namespace}/{key.Service} is the gateway itself, which is refused; "
                + "requests answer 503"));
        }

        var (port, index, notice) = ServicePorts.Find(service, key);
        // A number needs no port in the Service, since only the name of an ExternalName Service is resolved.
        if (port is null && int.TryParse(key.Port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return (new Endpoint(ip?.ToString() ?? address, number), null, -1, null);
        if (port is null)
            return (null, null, -1, notice);
        var target = port.TargetPort?.Number is > 0 and <= 65535 ? port.TargetPort.Number.Value : port.Port;
        return (new Endpoint(ip?.ToString() ?? address, target), port, index, notice);
    }

    /// <summary>Whether a name or address means the gateway's own machine.</summary>
    public static bool IsGateway(string name)
    {
        var address = EndpointAddress.TrimRoot(name).ToLowerInvariant();
        // All forms that a resolver takes for an address, such as 127.1 and 0x7f000001.
        return IsLocalhost(address) || (IPAddress.TryParse(address, out var ip) && IsLoopback(ip));
    }

    private static bool IsLocalhost(string name) => name == "localhost" || name.EndsWith(".localhost", StringComparison.Ordinal);

    private static bool IsLoopback(IPAddress? ip) => ip is not null
        && (IPAddress.IsLoopback(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip) || ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));

    private static Notice Refused(string message) =>
        new(ProblemReasons.ExternalNameRefused, ProblemSeverity.Error, "service.name", message);
}
