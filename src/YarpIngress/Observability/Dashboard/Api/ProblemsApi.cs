using YarpIngress.Translation.Model;

namespace YarpIngress.Observability.Dashboard.Api;

/// <summary><c>/api/problems</c>: everything that is wrong now, errors first.</summary>
internal static class ProblemsApi
{
    public static Listing<ProblemRow> Answer(DashboardSource source, ListQuery query)
    {
        var all = source.Objects.Problems.ToArray();
        var found = all.Where(problem => Matches(problem, query)).ToArray();
        return Listing.Page(all.Length, found, Compare, query, Row);
    }

    /// <summary>The first row of all.</summary>
    public static IReadOnlyList<ProblemRow> First(IReadOnlyList<Problem> problems, int count) =>
        [.. problems.Order(Comparer<Problem>.Create(Compare)).Take(count).Select(Row)];

    private static bool Matches(Problem problem, ListQuery query) =>
        (query.Kind.Length == 0 || query.Kind == problem.Object.Kind)
        && query.Names(problem.Object.Key.Namespace, problem.Object.Key.Name)
        && (query.State.Length == 0 || query.State == Severity(problem))
        && query.Matches(
            problem.Object.Kind, problem.Object.Key.Namespace, problem.Object.Key.Name, problem.Reason, problem.Field, problem.Message);

    private static int Compare(Problem a, Problem b)
    {
        var bySeverity = b.Severity.CompareTo(a.Severity);
        if (bySeverity != 0)
            return bySeverity;
        var byKind = string.CompareOrdinal(a.Object.Kind, b.Object.Kind);
        if (byKind != 0)
            return byKind;
        var byName = a.Object.Key.CompareTo(b.Object.Key);
        return byName != 0 ? byName : string.CompareOrdinal(a.Field + a.Reason, b.Field + b.Reason);
    }

    private static ProblemRow Row(Problem problem)
    {
        var (kind, key) = problem.Object;
        return new ProblemRow(
            kind, key.Namespace, key.Name, problem.Reason, Severity(problem), problem.Field, problem.Message,
            Command(kind, key.Namespace, key.Name));
    }

    private static string Severity(Problem problem) => problem.Severity == ProblemSeverity.Error ? "error" : "warning";

    private static string Command(string kind, string @namespace, string name) =>
        $"kubectl{(@namespace.Length == 0 ? "" : $" -n {@namespace}")} describe {kind.ToLowerInvariant()} {name}";
}

/// <summary>One problem.</summary>
/// <param name="Kind">Kind of the object whose owner has to change it.</param>
/// <param name="Namespace">Its namespace; empty for cluster-scoped kinds.</param>
/// <param name="Name">Its name.</param>
/// <param name="Reason">One of <see cref="ProblemReasons"/>.</param>
/// <param name="Severity"><c>error</c> when something written is not served, else <c>warning</c>.</param>
/// <param name="Field">The field; empty for the object as a whole.</param>
/// <param name="Message">What is wrong and what happens instead.</param>
/// <param name="Command">Shows the object.</param>
internal sealed record ProblemRow(
    string Kind, string Namespace, string Name, string Reason, string Severity, string Field, string Message, string Command);
