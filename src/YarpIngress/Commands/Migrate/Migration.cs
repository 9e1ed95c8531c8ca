using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Migrate;

/// <summary>Makes the report of a cluster that has been translated: it says nothing that translation does not do.</summary>
internal sealed class Migration(ClusterCache cache, ClusterTranslation translation)
{
    // These say what is missing in the cluster, or in the manifests that were given, and not what is different here.
    private static readonly HashSet<string> OfTheCluster =
    [
        ProblemReasons.ServiceNotFound, ProblemReasons.ServicePortNotFound, ProblemReasons.NoEndpoints, ProblemReasons.SecretNotFound,
        ProblemReasons.InvalidCertificate, ProblemReasons.CertificateMismatch, ProblemReasons.InvalidEndpoint,
        ProblemReasons.DuplicatePath, ProblemReasons.DuplicateCertificate,
    ];

    private readonly string _prefix = cache.Settings.AnnotationsPrefix;

    public MigrationReport Report()
    {
        var ingresses = new List<MigratedIngress>();
        var skipped = new List<SkippedIngress>();
        foreach (var ingress in cache.Ingresses.OrderBy(ObjectKey.Of))
        {
            var outcome = cache.Decide(ingress);
            if (outcome.IsOurs())
                ingresses.Add(Of(ingress));
            else
            {
                var key = ObjectKey.Of(ingress);
                skipped.Add(new SkippedIngress(key.Namespace, key.Name, outcome.Describe(ingress, cache.Settings)));
            }
        }

        int Count(Verdict verdict) => ingresses.Count(one => one.Verdict == verdict);
        return new MigrationReport
        {
            Summary = new MigrationSummary(
                ingresses.Count, Count(Verdict.Exact), Count(Verdict.Differs), Count(Verdict.Refused), skipped.Count),
            Ingresses = [.. ingresses.OrderByDescending(one => one.Verdict)],
            Annotations = Uses(ingresses),
            Others = Others(),
            Skipped = skipped,
        };
    }

    private MigratedIngress Of(V1Ingress ingress)
    {
        var key = ObjectKey.Of(ingress);
        var problems = translation.Problems.Of(new ProblemObject("Ingress", key));
        var parsed = cache.Selected.Find(key);
        var annotations = new List<MigratedAnnotation>();
        foreach (var (name, value) in (ingress.Metadata.Annotations ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            if (IngressAnnotations.NameOf(name, _prefix) is { } known)
                annotations.Add(MigrationVerdicts.Of(name, known, value ?? "", problems, parsed?.Policies ?? RoutePolicies.None));
        var notes = problems.Where(problem => !annotations.Any(one => problem.Field == MigrationVerdicts.Field(one.Key)))
            .Select(Note).Concat(ClosedByOthers(key, parsed))
            .OrderByDescending(note => note.Verdict).ThenBy(note => note.Field, StringComparer.Ordinal).ToList();
        var worst = annotations.Select(one => one.Verdict).Concat(notes.Select(note => note.Verdict)).DefaultIfEmpty().Max();
        return new MigratedIngress(
            key.Namespace, key.Name, Hosts(ingress), worst, [.. annotations.OrderByDescending(one => one.Verdict)], notes);
    }

    /// <summary>Routes that are closed though the Ingress's own annotations do not close them.</summary>
    private IEnumerable<MigrationNote> ClosedByOthers(ObjectKey key, ParsedIngress? parsed)
    {
        if (parsed is null || parsed.Policies.Denied is not null)
            yield break;
        foreach (var host in parsed.Hosts.Keys.Order(StringComparer.Ordinal))
        {
            var closed = translation.Hosts.GetValueOrDefault(host)?.VirtualHost?.Routes
                .FirstOrDefault(route => route.Ingress == key && route.Policies.Denied is not null);
            if (closed is not null)
                yield return new MigrationNote(
                    $"Ingress {key}", Verdict.Refused, ProblemReasons.UnsupportedAnnotation, "",
                    $"host {Shown(host)} answers 503: another Ingress protects all of it by {closed.Policies.Denied}, which "
                    + "can't be given");
        }
    }

    private IReadOnlyList<MigrationNote> Others() =>
    [
        .. translation.Problems.All
            .Where(problem => problem.Object.Kind == "ConfigMap"
                || (problem.Object.Kind == "Ingress" && cache.Ingress(problem.Object.Key) is null))
            .OrderBy(problem => problem.Object.Kind, StringComparer.Ordinal).ThenBy(problem => problem.Object.Key)
            .ThenBy(problem => problem.Field, StringComparer.Ordinal)
            .Select(Note),
    ];

    private static MigrationNote Note(Problem problem) => new(
        problem.Object.ToString(),
        OfTheCluster.Contains(problem.Reason) ? Verdict.Exact
            : problem.Severity is ProblemSeverity.Error && problem.Reason != ProblemReasons.InvalidSetting ? Verdict.Refused
            : Verdict.Differs,
        problem.Reason, problem.Field, problem.Message);

    private static List<AnnotationUse> Uses(List<MigratedIngress> ingresses) =>
    [
        .. ingresses.SelectMany(ingress => ingress.Annotations)
            .GroupBy(one => one.Key[(one.Key.IndexOf('/') + 1)..], StringComparer.Ordinal)
            .Select(uses => new AnnotationUse(
                uses.Key, uses.Count(), uses.Count(one => one.Verdict is Verdict.Exact), uses.Count(one => one.Verdict is Verdict.Differs),
                uses.Count(one => one.Verdict is Verdict.Refused)))
            .OrderByDescending(use => use.Ingresses).ThenBy(use => use.Name, StringComparer.Ordinal),
    ];

    private static List<string> Hosts(V1Ingress ingress) =>
        [.. (ingress.Spec?.Rules ?? []).Select(rule => Shown(rule?.Host)).Distinct()];

    private static string Shown(string? host) => string.IsNullOrEmpty(host) ? "*" : host;
}
