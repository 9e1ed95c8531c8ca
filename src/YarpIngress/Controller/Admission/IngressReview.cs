using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Controller.Admission;

/// <summary>
/// Judges an Ingress that is about to be written by what its translation would say. Nothing of it is kept, and only its own
/// hosts are looked at, so that the size of the cluster does not matter.
/// </summary>
/// <param name="cache">The cluster, as this replica knows it.</param>
/// <param name="translation">What it came to.</param>
/// <param name="follows">Whether the Ingresses of a namespace are followed.</param>
internal sealed class IngressReview(ClusterCache cache, ClusterTranslation translation, Func<string, bool> follows)
{
    /// <summary>What to read the Ingress by; null when it is none of ours. On the controller loop.</summary>
    public GlobalSettings? Settings(V1Ingress ingress) =>
        follows(ingress.Metadata.NamespaceProperty ?? "") && cache.Decide(ingress).IsOurs() ? translation.GlobalSettings : null;

    /// <summary>Reads the Ingress, which takes the longest when it is large; on any thread.</summary>
    public ReviewedIngress Read(V1Ingress ingress, GlobalSettings settings)
    {
        var parsed = IngressParser.Parse(ingress, cache.Settings, settings);
        return new ReviewedIngress(
            parsed,
            [
                .. StrictRules.Prefixes(parsed.ProblemObject, ingress.Metadata.Annotations, cache.Settings),
                .. settings.StrictValidatePathType ? StrictRules.Paths(parsed) : [],
            ]);
    }

    /// <summary>Judges it beside the others of its hosts. On the controller loop.</summary>
    public ReviewOutcome Judge(ReviewedIngress reviewed)
    {
        var candidate = reviewed.Ingress;
        List<Problem> refusals = [.. reviewed.Strict], warnings = [];
        foreach (var problem in candidate.Problems)
            (Refuses(problem) ? refusals : warnings).Add(problem);
        foreach (var host in translation.Preview(candidate))
            JudgeHost(host, candidate, refusals, warnings);
        // Objects come in any order, and a Service may well be made after its Ingress: these are warnings, whatever they cost.
        warnings.AddRange(translation.PreviewReferences(candidate)
            .Where(problem => problem.Reason is not (ProblemReasons.NoEndpoints or ProblemReasons.SecretNotFound)));
        return new ReviewOutcome(refusals, warnings);
    }

    private void JudgeHost(HostTranslation host, ParsedIngress candidate, List<Problem> refusals, List<Problem> warnings)
    {
        var former = translation.Hosts.GetValueOrDefault(host.Host)?.Problems ?? [];
        foreach (var problem in host.Problems)
        {
            if (problem.Object == candidate.ProblemObject)
                (Refuses(problem) ? refusals : warnings).Add(problem);
            else if (problem.Severity is ProblemSeverity.Error && !former.Contains(problem))
                // An older Ingress that is changed now would take a path from a younger one that serves it.
                (problem.Reason is ProblemReasons.DuplicatePath ? refusals : warnings).Add(
                    problem with { Field = "", Message = $"with it, of {problem.Object}, {problem.Field}: {problem.Message}" });
        }
    }

    /// <summary>What is only ignored is a warning, unless it is nginx's own configuration.</summary>
    private static bool Refuses(Problem problem)
    {
        if (problem.Severity is not ProblemSeverity.Error)
            return false;
        if (problem.Reason is not ProblemReasons.UnsupportedAnnotation)
            return true;
        var name = problem.Field[(problem.Field.IndexOf('/') + 1)..].TrimEnd(']');
        return !UnsupportedAnnotations.ByName.TryGetValue(name, out var known) || known.IsSnippet || known.Closes is not Closes.Nothing;
    }
}

/// <summary>An Ingress that was read for its review.</summary>
/// <param name="Ingress">What it says.</param>
/// <param name="Strict">What only a review refuses.</param>
internal sealed record ReviewedIngress(ParsedIngress Ingress, IReadOnlyList<Problem> Strict);
