using YarpIngress.Kubernetes;
using YarpIngress.Options;

namespace YarpIngress.Controller.Following;

/// <summary>The objects that flags name, which are wanted in whatever namespace they are.</summary>
internal static class NamedByFlags
{
    /// <summary>The ConfigMaps, each with the first flag that names it.</summary>
    public static IEnumerable<(ObjectKey Key, string Flag)> ConfigMaps(ControllerOptions options) =>
        All(options).DistinctBy(named => named.Key);

    /// <summary>Whether an object is one of them, or belongs to one.</summary>
    public static bool Includes(ControllerOptions options, string kind, ObjectKey key) => kind switch
    {
        "Secret" => key == options.DefaultSslCertificate,
        "ConfigMap" => All(options).Any(named => named.Key == key),
        "Service" => key == options.DefaultBackendService,
        "EndpointSlice" => key.Namespace == options.DefaultBackendService?.Namespace,
        _ => false,
    };

    private static IEnumerable<(ObjectKey Key, string Flag)> All(ControllerOptions options)
    {
        if (options.ConfigMap is { } global)
            yield return (global, "--configmap");
        if (options.TcpServicesConfigMap is { } tcp)
            yield return (tcp, "--tcp-services-configmap");
        if (options.UdpServicesConfigMap is { } udp)
            yield return (udp, "--udp-services-configmap");
    }
}
