using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Model;

/// <summary><c>ssl-passthrough</c>: TLS connections for a host go to a Service as they are, and nothing of HTTP applies to them.</summary>
/// <param name="Backend">The Service of path <c>/</c>, by its cluster IP where it has one.</param>
/// <param name="Ingress">Whose path that is.</param>
/// <param name="Addresses">Which clients may connect; null for all.</param>
public sealed record TlsPassthrough(BackendKey Backend, ObjectKey Ingress, AddressPolicy? Addresses);
