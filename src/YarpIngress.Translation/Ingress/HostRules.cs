using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>What one Ingress says about one host.</summary>
public sealed record HostRules
{
    /// <summary>Whether a rule names the host; false when only a TLS entry does.</summary>
    public bool HasRule { get; init; }

    /// <summary>The usable paths in the order of the Ingress.</summary>
    public EquatableArray<PathRule> Paths { get; init; }

    /// <summary>What annotations make of the host beside its rules.</summary>
    public DerivedHost Derived { get; init; }

    /// <summary>The TLS entry that lists the host itself, or else a wildcard that covers it; null when none does.</summary>
    public TlsListing? Tls { get; init; }
}

/// <summary>A host's place in the TLS section.</summary>
/// <param name="Secret">The Secret, or null when the entry names none and means the default certificate.</param>
/// <param name="Entry">Index of the TLS entry.</param>
/// <param name="Exact">Whether the entry lists the host itself and not a wildcard that covers it.</param>
public readonly record struct TlsListing(ObjectKey? Secret, int Entry, bool Exact);
