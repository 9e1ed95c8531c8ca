using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.References;

/// <summary>
/// What the policies of an Ingress become once the objects that its annotations name are looked at. Such an object may
/// change at any time: what depends on it is made here, and not when the Ingress is read.
/// </summary>
public static class PolicyResolution
{
    private static readonly IReadOnlyList<Func<RoutePolicies, ResolutionSource, RoutePolicies>> Steps =
        [
            CustomHeadersAnnotations.Resolve, ProxySslAnnotations.Resolve, LoginAnnotations.Resolve, ExternalAuthAnnotations.Resolve,
            ClientCertificateAnnotations.Resolve,
        ];

    /// <summary>The policies of <paramref name="ingress"/> with what the named objects say.</summary>
    /// <param name="ingress">The Ingress.</param>
    /// <param name="objects">The objects of the cluster.</param>
    /// <param name="global">The global settings.</param>
    public static ResolvedPolicies Of(ParsedIngress ingress, NamedObjectLookup objects, GlobalSettings global)
    {
        if (ingress.Objects.Count == 0)
            return new ResolvedPolicies(ingress.Policies, []);
        var problems = new ProblemList(ingress.ProblemObject);
        var source = new ResolutionSource(ingress, objects, global, problems);
        var policies = ingress.Policies;
        foreach (var step in Steps)
            policies = step(policies, source);
        return new ResolvedPolicies(policies, problems.Finish().ToEquatableArray());
    }
}

/// <summary>Finds named objects; null when there is none of that name.</summary>
/// <param name="ConfigMap">ConfigMaps.</param>
/// <param name="Secret">Secrets.</param>
public sealed record NamedObjectLookup(Func<ObjectKey, V1ConfigMap?> ConfigMap, Func<ObjectKey, V1Secret?> Secret);

/// <summary>What a feature resolves its policy with.</summary>
/// <param name="Ingress">Whose policies they are.</param>
/// <param name="Objects">The objects of the cluster.</param>
/// <param name="Global">The global settings.</param>
/// <param name="Problems">Where to report what is wrong.</param>
public sealed record ResolutionSource(ParsedIngress Ingress, NamedObjectLookup Objects, GlobalSettings Global, ProblemList Problems)
{
    /// <summary>The field that names an object, for problems.</summary>
    public string FieldOf(NamedKind kind, ObjectKey key)
    {
        foreach (var use in Ingress.Objects)
        {
            if (use.Object == new NamedObject(kind, key))
                return use.Field;
        }
        return "metadata.annotations";
    }
}

/// <summary>Policies that need nothing more to be looked up, and what is wrong with the objects behind them.</summary>
/// <param name="Policies">The policies.</param>
/// <param name="Problems">The problems, on the Ingress.</param>
public sealed record ResolvedPolicies(RoutePolicies Policies, EquatableArray<Problem> Problems);
