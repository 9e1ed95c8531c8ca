namespace YarpIngress.LocalCluster.Pods;

/// <summary>What an echo answer says of its pod.</summary>
/// <param name="Namespace">Namespace.</param>
/// <param name="Name">Name.</param>
/// <param name="Service">What the container's SERVICE_NAME variable says; null when it has none, then the Service is looked up.</param>
/// <param name="Ingress">What the container's INGRESS_NAME variable says, as in the public conformance tests; else empty.</param>
internal sealed record PodIdentity(string Namespace, string Name, string? Service = null, string Ingress = "");
