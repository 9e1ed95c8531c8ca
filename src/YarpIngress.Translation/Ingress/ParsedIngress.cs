using YarpIngress.Kubernetes;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// An Ingress read once: checked, normalised and split by host, so that translating one of its hosts does not walk the
/// others. Made by <see cref="IngressParser"/>.
/// </summary>
public sealed class ParsedIngress
{
    /// <summary>The Ingress.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>When it was created; null when it has not been, as in a file, and then it counts as the newest.</summary>
    public DateTime? Created { get; init; }

    /// <summary>Whether it has any rule; without one its default backend is a catch-all.</summary>
    public bool HasRules { get; init; }

    /// <summary>By host, as in <see cref="VirtualHost.Host"/>: what it says about each.</summary>
    public required IReadOnlyDictionary<string, HostRules> Hosts { get; init; }

    /// <summary>Serves what none of its rules matches.</summary>
    public BackendKey? DefaultBackend { get; init; }

    /// <summary>Every backend it refers to, each once.</summary>
    public IReadOnlyList<BackendUse> Backends { get; init; } = [];

    /// <summary>Every TLS Secret it refers to, each once, in the order of its entries.</summary>
    public IReadOnlyList<SecretUse> Secrets { get; init; } = [];

    /// <summary>Every ConfigMap and Secret that its annotations name.</summary>
    public IReadOnlyList<ObjectUse> Objects { get; init; } = [];

    /// <summary>What its annotations ask for its routes, before the objects that they name are looked at.</summary>
    public RoutePolicies Policies { get; init; } = RoutePolicies.None;

    /// <summary>What its annotations ask for its hosts; null when nothing.</summary>
    public HostPolicy? HostPolicy { get; init; }

    /// <summary>The annotations that apply to requests in clear only where TLS of its hosts is passed through.</summary>
    public IReadOnlyList<string> ClearOnly { get; init; } = [];

    /// <summary>The hosts that come of its annotations, each once; they are in <see cref="Hosts"/> too.</summary>
    public IReadOnlyList<string> DerivedHosts { get; init; } = [];

    /// <summary>Whether it only takes a part of the requests of others.</summary>
    public bool IsCanary => Policies.Canary is not null;

    /// <summary>What is wrong with it by itself, whatever else the cluster holds.</summary>
    public EquatableArray<Problem> Problems { get; init; }

    /// <summary>The <see cref="Problem.Object"/> of its problems.</summary>
    public ProblemObject ProblemObject => IngressParser.About(Key);

    /// <summary>Oldest first, then by namespace and name: who wins where two Ingresses disagree.</summary>
    public static IComparer<ParsedIngress> Precedence { get; } = Comparer<ParsedIngress>.Create((left, right) =>
    {
        var byAge = (left.Created ?? DateTime.MaxValue).CompareTo(right.Created ?? DateTime.MaxValue);
        return byAge != 0 ? byAge : left.Key.CompareTo(right.Key);
    });
}
