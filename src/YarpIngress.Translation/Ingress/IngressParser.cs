using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// Reads an Ingress into the parts that translation works on. Total:
/// whatever a tenant wrote, it yields problems and never throws.
/// </summary>
public static class IngressParser
{
    /// <summary>Reads <paramref name="ingress"/>; linear in its size.</summary>
    /// <param name="ingress">The Ingress.</param>
    /// <param name="settings">What the flags say.</param>
    /// <param name="global">The global settings; null when there are none.</param>
    public static ParsedIngress Parse(V1Ingress ingress, TranslationSettings settings, GlobalSettings? global = null)
    {
        var key = ObjectKey.Of(ingress);
        var created = ingress.Metadata.CreationTimestamp;
        var problems = new ProblemList(About(key));
        var spec = ingress.Spec;
        if (key.ToString().Any(c => char.IsControl(c) || char.IsSurrogate(c)))
            problems.Error(ProblemReasons.InvalidObject, "metadata", "the Ingress has no name that an object may have; it serves nothing");
        else if (spec is null)
            problems.Error(ProblemReasons.InvalidObject, "spec", "the Ingress has no spec; it serves nothing");
        else if (spec.DefaultBackend is not null && settings.DisableCatchAll)
        {
            problems.Error(
                ProblemReasons.CatchAllDisabled,
                "spec.defaultBackend",
                "an Ingress with a defaultBackend is refused by --disable-catch-all; none of its rules is served");
        }
        else
        {
            IReadOnlyDictionary<string, string> annotations = ingress.Metadata.Annotations ?? [];
            var source = new AnnotationSource(key, annotations, settings, problems) { Global = global ?? new GlobalSettings() };
            var policies = IngressAnnotations.Read(source, source.Global.Routes);
            return new IngressReader(key, problems, spec, policies).Read(created, source);
        }

        return new ParsedIngress
        {
            Key = key,
            Created = created,
            Hosts = new Dictionary<string, HostRules>(),
            Problems = problems.Finish().ToEquatableArray(),
        };
    }

    internal static ProblemObject About(ObjectKey key) => new("Ingress", key);
}
