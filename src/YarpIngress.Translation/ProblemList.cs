using YarpIngress.Translation.Model;

namespace YarpIngress.Translation;

/// <summary>
/// Collects the problems of one object. Of each reason the first few are kept and the others counted, so that ten
/// thousand bad paths are not ten thousand Events.
/// </summary>
public sealed class ProblemList(ProblemObject about)
{
    private const int KeptPerReason = 10;

    // What an Event takes; only names that no API server lets through make a message longer.
    private const int LongestMessage = 1024;

    private readonly List<Problem> _problems = [];
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>Something that was written is not served.</summary>
    public void Error(string reason, string field, string message) => Add(reason, ProblemSeverity.Error, field, message);

    /// <summary>Served, but with a default instead of what was written.</summary>
    public void Warning(string reason, string field, string message) => Add(reason, ProblemSeverity.Warning, field, message);

    /// <summary>Adds a problem, or only counts it.</summary>
    public void Add(string reason, ProblemSeverity severity, string field, string message)
    {
        var count = _counts[reason] = _counts.GetValueOrDefault(reason) + 1;
        if (count <= KeptPerReason)
            _problems.Add(new Problem { Object = about, Reason = reason, Severity = severity, Field = field, Message = Bounded(message) });
    }

    private static string Bounded(string message) =>
        message.Length <= LongestMessage ? message : $"{message.AsSpan(0, LongestMessage - 1)}…";

    /// <summary>What was added, and how much was only counted.</summary>
    public IEnumerable<Problem> Finish()
    {
        foreach (var problem in _problems)
            yield return problem;
        foreach (var (reason, count) in _counts)
        {
            if (count <= KeptPerReason)
                continue;
            var last = _problems.FindLast(p => p.Reason == reason)!;
            yield return last with { Field = "", Message = $"{count} problems of this kind in all; the first {KeptPerReason} are listed" };
        }
    }
}
