using System.Globalization;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Pipeline.OutputCache;
using YarpIngress.Proxy;

namespace YarpIngress.Observability.Traffic;

/// <summary>
/// The counts of one route: held by it, so that a request finds them without a look-up, and gone with it. A series comes
/// into being with the first request that it counts.
/// </summary>
internal sealed class RouteTraffic(RouteLabels labels, TrafficLayout layout, bool statusClasses)
{
    // A pod may answer with any status. Beyond so many series of one route, classes have to do.
    private const int MostSeries = 64;

    // A route has one canary at a time.
    private const int MostCanaries = 16;

    private readonly Lock _lock = new();
    private volatile Entries _entries = new([], [], []);
    private HostSeries? _byHost;
    private volatile CanarySeries[] _canaries = [];
    private long[]? _rejections;
    private long[]? _cacheUses;
    private long _retries;

    /// <summary>What its series are labelled with.</summary>
    public RouteLabels Labels { get; } = labels;

    /// <summary>The series that are there.</summary>
    public IReadOnlyList<RequestSeries> Series => _entries.Series;

    /// <summary>The same for hosts that no Ingress names, where they are told apart; null before the first one.</summary>
    public HostSeries? ByHost => Volatile.Read(ref _byHost);

    /// <summary>How many routes have these labels. Only the writer of the data plane looks at it.</summary>
    public int References { get; set; }

    /// <summary>The same for requests that canaries took.</summary>
    public IEnumerable<RouteTraffic> Canaries => _canaries.Select(canary => canary.Traffic);

    /// <summary>Attempts at pods after the first ones.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>How many requests a policy refused.</summary>
    public long Rejected(Rejection by) => Read(ref _rejections, (int)by);

    /// <summary>For how many requests its output cache did this.</summary>
    public long CacheUses(CacheUse use) => Read(ref _cacheUses, (int)use);

    /// <summary>A request took more than one attempt.</summary>
    public void AddRetries(int retries) => Interlocked.Add(ref _retries, retries);

    /// <summary>A policy refused a request.</summary>
    public void AddRejection(Rejection by) => Add(ref _rejections, RejectionLabel.Count, (int)by);

    /// <summary>Its output cache did something for a request.</summary>
    public void AddCacheUse(CacheUse use) => Add(ref _cacheUses, CacheUseLabel.Count, (int)use);

    /// <summary>The counts of this route for requests that <paramref name="backend"/> takes as its canary.</summary>
    public RouteTraffic OfCanary(ProxyBackend backend)
    {
        foreach (var canary in _canaries)
            if (ReferenceEquals(canary.Backend, backend))
                return canary.Traffic;
        return AddCanary(backend);
    }

    /// <summary>The series of a status and a method.</summary>
    public RequestSeries SeriesOf(int status, int method)
    {
        var key = (status << 8) | method;
        var entries = _entries;
        var at = entries.Keys.AsSpan().IndexOf(key);
        return at >= 0 ? entries.Targets[at] : Add(status, method, key);
    }

    /// <summary>The counts of this route for one host that no Ingress names; null when there are too many of them.</summary>
    public RouteTraffic? OfHost(ReadOnlySpan<char> host, HostSeries.Budget budget)
    {
        var hosts = Volatile.Read(ref _byHost);
        if (hosts is null)
        {
            hosts = new HostSeries(budget);
            hosts = Interlocked.CompareExchange(ref _byHost, hosts, null) ?? hosts;
        }
        return hosts.Find(host, name => new RouteTraffic(Labels with { Host = name }, layout, statusClasses));
    }

    // Few routes have any of them.
    private static void Add(ref long[]? counts, int length, int index)
    {
        var all = Volatile.Read(ref counts) ?? Interlocked.CompareExchange(ref counts, new long[length], null) ?? counts;
        Interlocked.Increment(ref all[index]);
    }

    private static long Read(ref long[]? counts, int index) => Volatile.Read(ref counts) is { } all ? Interlocked.Read(ref all[index]) : 0;

    private RouteTraffic AddCanary(ProxyBackend backend)
    {
        var name = UpstreamName.Of(backend.Key);
        lock (_lock)
        {
            var known = _canaries;
            var former = Array.Find(known, canary => canary.Traffic.Labels.Canary == name);
            if (former is not null && ReferenceEquals(former.Backend, backend))
                return former.Traffic;
            // A backend that was made anew goes on with its counts.
            var traffic = former?.Traffic ?? new RouteTraffic(Labels with { Canary = name }, layout, statusClasses);
            if (known.Length < MostCanaries || former is not null)
                _canaries = [.. known.Where(canary => canary != former), new(backend, traffic)];
            return traffic;
        }
    }

    private RequestSeries Add(int status, int method, int key)
    {
        lock (_lock)
        {
            var entries = _entries;
            var at = entries.Keys.AsSpan().IndexOf(key);
            if (at >= 0)
                return entries.Targets[at];
            var byClass = statusClasses || entries.Series.Length >= MostSeries;
            if (!statusClasses && byClass)
                method = 0;
            var text = byClass ? Class(status) : status.ToString(CultureInfo.InvariantCulture);
            // Statuses of one class share a series; the keys stay apart, so that each is found at once, up to a bound.
            var name = MethodLabel.Name(method);
            var series = Array.Find(entries.Series, series => series.Status == text && series.Method == name);
            if (series is not null && entries.Keys.Length >= 4 * MostSeries)
                return series;
            var all = entries.Series;
            if (series is null)
                all = [.. all, series = new RequestSeries(text, name, layout)];
            _entries = new Entries([.. entries.Keys, key], [.. entries.Targets, series], all);
            return series;
        }
    }

    private static string Class(int status) => status is >= 100 and < 600 ? $"{status / 100}xx" : "other";

    /// <summary>Keys and series side by side: an int each is searched faster than anything else of this size.</summary>
    /// <param name="Keys">Status and method.</param>
    /// <param name="Targets">The series of each key.</param>
    /// <param name="Series">Each series once.</param>
    private sealed record Entries(int[] Keys, RequestSeries[] Targets, RequestSeries[] Series);

    /// <summary>A backend that takes some of the route's requests.</summary>
    private sealed record CanarySeries(ProxyBackend Backend, RouteTraffic Traffic);
}
