using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>A backend that an Ingress refers to.</summary>
/// <param name="Key">Which.</param>
/// <param name="Field">The first field that does, such as <c>spec.rules[0].http.paths[0].backend</c>.</param>
/// <param name="Count">How many fields do.</param>
public readonly record struct BackendUse(BackendKey Key, string Field, int Count);

/// <summary>A TLS Secret that an Ingress refers to.</summary>
/// <param name="Secret">Which.</param>
/// <param name="Entry">Index of the first TLS entry that does.</param>
/// <param name="Hosts">The hosts that those entries list first, and so give this certificate.</param>
/// <param name="ByName">Whether one of those entries lists no host: then the names of the certificate decide.</param>
public sealed record SecretUse(Kubernetes.ObjectKey Secret, int Entry, EquatableArray<string> Hosts, bool ByName);
