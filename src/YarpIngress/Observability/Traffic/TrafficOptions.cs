namespace YarpIngress.Observability.Traffic;

/// <summary>What is counted of requests. Defaults are those of the flags, which are ingress-nginx's.</summary>
internal sealed record TrafficOptions
{
    /// <summary><c>--enable-metrics</c>: whether requests are counted at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary><c>--metrics-per-host</c>: whether series have a host label.</summary>
    public bool PerHost { get; init; } = true;

    /// <summary><c>--metrics-per-undefined-host</c>: whether hosts that no Ingress names are told apart.</summary>
    public bool PerUndefinedHost { get; init; }

    /// <summary><c>--report-status-classes</c>: 2xx and so on instead of statuses.</summary>
    public bool StatusClasses { get; init; }

    /// <summary><c>--time-buckets</c>, in seconds: those of Go's client library.</summary>
    public IReadOnlyList<double> TimeBuckets { get; init; } = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary><c>--length-buckets</c>, in bytes.</summary>
    public IReadOnlyList<double> LengthBuckets { get; init; } = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

    /// <summary><c>--size-buckets</c>, in bytes.</summary>
    public IReadOnlyList<double> SizeBuckets { get; init; } = [10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000];

    /// <summary><c>--exclude-socket-metrics</c>: metrics of requests that are not kept.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];
}
