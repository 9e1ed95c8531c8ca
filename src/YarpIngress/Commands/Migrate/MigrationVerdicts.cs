using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Migrate;

/// <summary>What becomes of an annotation: its definition says what is done here, its problem what was wrong with the value.</summary>
internal static class MigrationVerdicts
{
    /// <summary>The verdict on one annotation.</summary>
    /// <param name="key">With prefix.</param>
    /// <param name="name">Without.</param>
    /// <param name="value">Its value.</param>
    /// <param name="problems">All problems of its Ingress.</param>
    /// <param name="policies">What became of all its annotations.</param>
    public static MigratedAnnotation Of(
        string key, string name, string value, IReadOnlyCollection<Problem> problems, RoutePolicies policies)
    {
        var problem = problems.FirstOrDefault(one => one.Field == Field(key));
        var (verdict, text) = Of(key, name, value, problem, policies);
        return new MigratedAnnotation(key, value, verdict, text);
    }

    /// <summary>The field of its problems.</summary>
    public static string Field(string key) => $"metadata.annotations[{key}]";

    private static (Verdict Verdict, string Text) Of(string key, string name, string value, Problem? problem, RoutePolicies policies)
    {
        if (policies.Denied == key)
            return (Verdict.Refused, problem?.Message ?? "requests answer 503");
        if (UnsupportedAnnotations.ByName.TryGetValue(name, out var unsupported))
        {
            if (unsupported.Nothing.Contains(value.Trim()))
                return (Verdict.Exact, "");
            if (unsupported.Needs is not null && problem is { Severity: ProblemSeverity.Warning })
                return (Verdict.Exact, problem.Message);
            return unsupported.Why is Unsupported.ByDesign
                ? (Verdict.Refused, problem?.Message ?? $"{unsupported.Name} {unsupported.Reason}; instead: {unsupported.Instead}")
                : (Verdict.Exact, $"{unsupported.Reason}; {unsupported.Instead}");
        }
        if (!IngressAnnotations.ByName.TryGetValue(name, out var known))
            return (Verdict.Exact, problem?.Message ?? "is not known, here as in ingress-nginx; it has no effect");
        if (problem is not null && string.IsNullOrWhiteSpace(value) && !known.FailsClosed)
            return (Verdict.Exact, problem.Message);
        if (problem is not null)
            return (known.FailsClosed ? Verdict.Refused : Verdict.Differs, problem.Message);
        // Who turns off what is off anyway meets no difference of it.
        if (value.Trim() == "false" && known.Default == "false")
            return (Verdict.Exact, "");
        return known.Difference is { } difference ? (Verdict.Differs, difference) : (Verdict.Exact, "");
    }
}
