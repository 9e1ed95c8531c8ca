using YarpIngress.Kubernetes.Models;

namespace YarpIngress.LocalCluster.Controllers.Kubelet;

/// <summary>A port that a pod listens on.</summary>
/// <param name="Number">Port.</param>
/// <param name="IsUdp">UDP instead of TCP.</param>
/// <param name="IsTls">Whether TLS is spoken on it.</param>
/// <param name="Services">The Services that lead to it, by name.</param>
internal sealed record ListeningPort(int Number, bool IsUdp, bool IsTls, IReadOnlyList<string> Services);

/// <summary>Which ports a pod listens on: those that its containers declare, and those that Services take for granted.</summary>
/// <remarks>
/// In a real cluster a container listens whether or not the manifest declares its port, so a numeric targetPort of a Service that selects
/// the pod counts as well. TLS is spoken where the container's port name begins with <c>https</c>, or where a Service leads to the port
/// under
/// a name or with an <c>appProtocol</c> of <c>https</c>.
/// </remarks>
internal static class PodPorts
{
    /// <param name="pod">The pod.</param>
    /// <param name="services">The Services that select it.</param>
    public static IReadOnlyList<ListeningPort> Of(PodView pod, IReadOnlyList<V1Service> services)
    {
        var ports = new SortedDictionary<(int Number, bool Udp), (bool Tls, SortedSet<string> Services)>();
        foreach (var port in pod.Ports)
        {
            if (port.Protocol is "TCP" or "UDP" && port.Number > 0)
                Add(ports, port.Number, port.Protocol == "UDP", IsTlsName(port.Name), null);
        }

        foreach (var service in services)
        {
            foreach (var port in service.Spec?.Ports ?? [])
            {
                if (port.Protocol is null or "TCP" or "UDP" && TargetOf(port, pod) is { } number)
                    Add(ports, number, port.Protocol == "UDP", IsTlsName(port.Name) || IsTlsName(port.AppProtocol), service.Metadata.Name);
            }
        }

        return
        [
            .. ports.Select(port => new ListeningPort(
                port.Key.Number, port.Key.Udp, port.Value.Tls && !port.Key.Udp, [.. port.Value.Services])),
        ];
    }

    /// <summary>The pod's port behind a Service's port; null when the pod has no port of that name.</summary>
    public static int? TargetOf(V1ServicePort port, PodView pod)
    {
        if (port.TargetPort is not { } target || target.Value.Length == 0)
            return port.Port;
        if (target.Number is { } number)
            return number == 0 ? port.Port : number;
        return pod.Ports.FirstOrDefault(declared => declared.Name == target.Value && declared.Protocol == (port.Protocol ?? "TCP"))?.Number;
    }

    private static bool IsTlsName(string? name) => name is not null && name.StartsWith("https", StringComparison.OrdinalIgnoreCase);

    private static void Add(
        SortedDictionary<(int, bool), (bool Tls, SortedSet<string> Services)> ports, int number, bool udp, bool tls, string? service)
    {
        var known = ports.TryGetValue((number, udp), out var port)
            ? port
            : (Tls: false, Services: new SortedSet<string>(StringComparer.Ordinal));
        if (service is not null)
            known.Services.Add(service);
        ports[(number, udp)] = (known.Tls || tls, known.Services);
    }
}
