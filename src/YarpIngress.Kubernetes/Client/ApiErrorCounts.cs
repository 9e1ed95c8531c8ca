using System.Collections.Concurrent;
using System.Globalization;

namespace YarpIngress.Kubernetes;

/// <summary>How many requests to the API server failed, by verb and code. Any thread writes and reads.</summary>
public sealed class ApiErrorCounts
{
    private readonly ConcurrentDictionary<(string Verb, string Code), long> _counts = [];

    /// <summary>
    /// The counts: the verb as RBAC has it, and the HTTP status of the answer, or, without one, the reason, such as
    /// <see cref="ApiException.Unreachable"/>.
    /// </summary>
    public IEnumerable<(string Verb, string Code, long Count)> All =>
        _counts.Select(count => (count.Key.Verb, count.Key.Code, count.Value));

    internal void Add(string verb, ApiException error)
    {
        var code = error.StatusCode > 0
            ? error.StatusCode.ToString(CultureInfo.InvariantCulture)
            : error.Reason ?? ApiException.Unreachable;
        _counts.AddOrUpdate((verb, code), 1, static (_, before) => before + 1);
    }
}
