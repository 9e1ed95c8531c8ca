using YarpIngress.Controller.Cache;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Controller.Following;

/// <summary>
/// What is kept of followed objects: 20,000 Ingresses come with as many Services and EndpointSlices, and most of their
/// bytes are of no use here. Each changes the object that it is given.
/// </summary>
internal static class TrimmedObjects
{
    /// <summary>What kubectl keeps for itself.</summary>
    public const string LastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
    private const string EndpointsTriggerAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

    /// <summary>Keeps the spec and the annotations, which hold settings.</summary>
    public static V1Ingress Ingress(V1Ingress value)
    {
        value.Spec?.Rules?.TrimExcess();
        foreach (var rule in value.Spec?.Rules ?? [])
            rule?.Http?.Paths?.TrimExcess();
        value.Spec?.Tls?.TrimExcess();
        foreach (var tls in value.Spec?.Tls ?? [])
            tls?.Hosts?.TrimExcess();
        return Metadata(value);
    }

    /// <summary>Keeps what backends are made of: type, names, ports, cluster address, affinity.</summary>
    public static V1Service Service(V1Service value)
    {
        if (value.Spec is { } spec)
        {
            spec.Ports?.TrimExcess();
            value.Spec = new V1ServiceSpec
            {
                Type = spec.Type,
                ClusterIP = spec.ClusterIP,
                ExternalName = spec.ExternalName,
                Ports = spec.Ports,
                SessionAffinity = spec.SessionAffinity,
                PublishNotReadyAddresses = spec.PublishNotReadyAddresses,
                // Of one family, which is the most usual, the address says as much.
                IpFamilies = spec.IpFamilies is { Count: > 1 } or [_] && spec.ClusterIP is "None" ? spec.IpFamilies : null,
                InternalTrafficPolicy = spec.InternalTrafficPolicy is "Local" ? "Local" : null,
                TrafficDistribution = spec.TrafficDistribution,
            };
        }
        value.Status = null;
        return Metadata(value);
    }

    /// <summary>Keeps the endpoints, with the names of their pods, and which Service they are of.</summary>
    public static V1EndpointSlice EndpointSlice(V1EndpointSlice value)
    {
        var service = value.Metadata.Labels?.GetValueOrDefault(ServiceObjects.ServiceNameLabel);
        value.Metadata.Labels = service is null ? null : new(1) { [ServiceObjects.ServiceNameLabel] = service };
        value.Metadata.Annotations = null;
        value.Ports?.TrimExcess();
        value.Endpoints?.TrimExcess();
        foreach (var endpoint in value.Endpoints ?? [])
        {
            endpoint?.Addresses?.TrimExcess();
            if (endpoint?.TargetRef is { } pod)
                endpoint.TargetRef = new V1ObjectReference { Kind = pod.Kind, Name = pod.Name };
        }
        return Bare(value);
    }

    /// <summary>Keeps what certificates are made of, and what an annotation may look for in the Secret of one.</summary>
    public static V1Secret Secret(V1Secret value)
    {
        var unused = value.Data?.Keys.Where(name => name is not ("tls.crt" or "tls.key" or "ca.crt" or "ca.crl" or "auth"));
        foreach (var name in unused?.ToList() ?? [])
            value.Data!.Remove(name);
        return Metadata(value);
    }

    /// <summary>Keeps hand-made addresses; those that Kubernetes itself writes are in EndpointSlices too.</summary>
    public static V1Endpoints Endpoints(V1Endpoints value)
    {
        if (value.Metadata.Annotations?.ContainsKey(EndpointsTriggerAnnotation) == true)
            value.Subsets = null;
        return Metadata(value);
    }

    /// <summary>Keeps annotations, and drops what only other programs read.</summary>
    public static T Metadata<T>(T value)
        where T : IKubernetesObject
    {
        value.Metadata.Labels = null;
        value.Metadata.Annotations?.Remove(LastAppliedAnnotation);
        if (value.Metadata.Annotations is { Count: 0 })
            value.Metadata.Annotations = null;
        return Bare(value);
    }

    private static T Bare<T>(T value)
        where T : IKubernetesObject
    {
        (value.Metadata.GenerateName, value.Metadata.OwnerReferences, value.Metadata.Finalizers) = (null, null, null);
        return value;
    }
}
