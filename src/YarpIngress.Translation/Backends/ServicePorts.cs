using System.Globalization;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Backends;

/// <summary>Finds the Service port that an Ingress means.</summary>
internal static class ServicePorts
{
    /// <summary>
    /// By number or name; failing that by target port, as ingress-nginx accepts it too. Only TCP ports are usable.
    /// </summary>
    public static (V1ServicePort? Port, int Index, Notice? Notice) Find(V1Service service, BackendKey key)
    {
        var ports = service.Spec?.Ports ?? [];
        var index = ports.FindIndex(p => p is not null && IsTcp(p.Protocol) && Matches(p, key.Port));
        if (index >= 0)
            return (ports[index], index, null);
        index = ports.FindIndex(p => p is { Port: > 0 and <= 65535 } && IsTcp(p.Protocol) && p.TargetPort?.Value == key.Port);
        if (index >= 0)
        {
            return (ports[index], index, new Notice(
                ProblemReasons.ServicePortNotFound,
                ProblemSeverity.Warning,
                "service.port",
                $"Service {key.Namespace}/{key.Service} has no port {key.Port}, "
                + $"but that is the target port of its port {ports[index].Port}, which is used"));
        }

        var other = ports.Find(p => p is not null && Matches(p, key.Port));
        return (null, -1, new Notice(
            ProblemReasons.ServicePortNotFound,
            ProblemSeverity.Error,
            "service.port",
            other is null
                ? $"Service {key.Namespace}/{key.Service} has no port {key.Port}{Have(ports)}; requests answer 503"
                : $"port {key.Port} of Service {key.Namespace}/{key.Service} is {Quoted.Value(other.Protocol)}, not TCP; "
                    + "requests answer 503"));
    }

    /// <summary>The first TCP port, which <c>--default-backend-service</c> means.</summary>
    public static string? First(V1Service service) =>
        service.Spec?.Ports?.Find(p => p is not null && IsTcp(p.Protocol) && p.Port is > 0 and <= 65535)?.Port.ToString(
            CultureInfo.InvariantCulture);

    /// <summary>The port of a protocol that has a number or name; null when there is none.</summary>
    public static V1ServicePort? Find(V1Service service, StreamProtocol protocol, string wanted) =>
        service.Spec?.Ports?.Find(
            p => p is not null && IsSame(p.Protocol, protocol is StreamProtocol.Tcp ? "TCP" : "UDP") && Matches(p, wanted));

    /// <summary>Whether two ports are of one protocol, which is TCP where nothing is said.</summary>
    public static bool IsSame(string? left, string? right) => (IsTcp(left) && IsTcp(right)) || left == right;

    public static bool IsTcp(string? protocol) => string.IsNullOrEmpty(protocol) || protocol == "TCP";

    private static bool Matches(V1ServicePort port, string wanted) =>
        port.Port is > 0 and <= 65535
            && (wanted.Length == 0 || port.Name == wanted || port.Port.ToString(CultureInfo.InvariantCulture) == wanted);

    private static string Have(List<V1ServicePort> ports)
    {
        var have = ports.Where(p => p is not null && IsTcp(p.Protocol))
            .Select(p => string.IsNullOrEmpty(p.Name) ? $"{p.Port}" : $"{p.Port} ({Quoted.Value(p.Name)})").ToList();
        return have.Count == 0 ? " (it has no TCP port)" : $" (it has {Quoted.List(have, shown: 5)})";
    }
}
