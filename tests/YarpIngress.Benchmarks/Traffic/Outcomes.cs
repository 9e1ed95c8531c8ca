using System.Collections.Concurrent;

namespace YarpIngress.Benchmarks.Traffic;

/// <summary>What became of the requests of a load: how many, how long they took, and every failure by its kind.</summary>
internal sealed class Outcomes
{
    private readonly ConcurrentDictionary<string, int> _failures = new();
    private readonly List<Distribution> _ofConnections = [];

    public int Answered => _ofConnections.Sum(times => times.Count);

    public int Failed => _failures.Values.Sum();

    /// <summary>The times of one connection, which alone adds to them.</summary>
    public Distribution NewConnection()
    {
        var times = new Distribution();
        lock (_ofConnections)
            _ofConnections.Add(times);
        return times;
    }

    public void Fail(string kind) => _failures.AddOrUpdate(kind, 1, (_, count) => count + 1);

    /// <summary>Of all connections; once the load has ended.</summary>
    public Distribution Times() => Distribution.Of(_ofConnections);

    /// <summary>Such as <c>0</c> or <c>3 (2 503 /, 1 ConnectionReset)</c>.</summary>
    public string Failures => _failures.IsEmpty
        ? "0"
        : $"{Failed} ({string.Join(", ", _failures.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} {pair.Key}"))})";
}
