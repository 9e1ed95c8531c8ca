using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Problems;

/// <summary>Every current problem, by the unit that found it and by the object that it is about.</summary>
internal sealed class ProblemBook
{
    private readonly Dictionary<ProblemSource, EquatableArray<Problem>> _bySource = [];
    private readonly Dictionary<ProblemObject, Dictionary<Problem, int>> _byObject = [];
    private readonly Dictionary<ProblemObject, HashSet<Problem>> _before = [];

    public IEnumerable<Problem> All => _byObject.Values.SelectMany(p => p.Keys);

    public IReadOnlyCollection<Problem> Of(ProblemObject about) => _byObject.TryGetValue(about, out var problems) ? problems.Keys : [];

    /// <summary>Replaces what <paramref name="source"/> found.</summary>
    public void Replace(ProblemSource source, EquatableArray<Problem> problems)
    {
        var former = _bySource.GetValueOrDefault(source);
        if (former == problems)
            return;
        foreach (var problem in problems)
            Count(problem, +1);
        foreach (var problem in former)
            Count(problem, -1);
        if (problems.Count == 0)
            _bySource.Remove(source);
        else
            _bySource[source] = problems;
    }

    /// <summary>What changed since the last call.</summary>
    public IReadOnlyList<ProblemChange> TakeChanges()
    {
        if (_before.Count == 0)
            return [];
        var changes = new List<ProblemChange>();
        foreach (var (about, before) in _before)
        {
            var now = Of(about);
            var added = now.Where(p => !before.Contains(p)).ToList();
            var removed = before.Where(p => !now.Contains(p)).ToList();
            if (added.Count > 0 || removed.Count > 0)
                changes.Add(new ProblemChange(about, added, removed, [.. now]));
        }

        _before.Clear();
        return changes;
    }

    private void Count(Problem problem, int by)
    {
        if (!_byObject.TryGetValue(problem.Object, out var counts))
            _byObject[problem.Object] = counts = [];
        if (!_before.ContainsKey(problem.Object))
            _before[problem.Object] = [.. counts.Keys];
        var count = counts.GetValueOrDefault(problem) + by;
        if (count > 0)
            counts[problem] = count;
        else
            counts.Remove(problem);
        if (counts.Count == 0)
            _byObject.Remove(problem.Object);
    }
}

/// <summary>The unit that found a problem.</summary>
internal readonly record struct ProblemSource(string Unit, string Name);
