using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>Reads the policies of <c>rate-limiter-policies</c>; fields have the names that ASP.NET Core's options have.</summary>
internal static class RateLimiterPolicies
{
    // More permits are no limit, and each one that waits holds a connection.
    private const int MostPermits = 1_000_000;
    private const int MostWaiting = 10_000;
    private const int MostSegments = 60;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    /// <summary>Reads one.</summary>
    public static RateLimiterPolicy Read(string name, DialectFields fields)
    {
        var kind = fields.Word<RateLimiterKind>(
            "Type", ("FixedWindow", RateLimiterKind.FixedWindow), ("SlidingWindow", RateLimiterKind.SlidingWindow),
            ("TokenBucket", RateLimiterKind.TokenBucket), ("Concurrency", RateLimiterKind.Concurrency))
            ?? throw fields.Wrong("Type", "must be there: FixedWindow, SlidingWindow, TokenBucket or Concurrency");
        var isBucket = kind is RateLimiterKind.TokenBucket;
        var policy = new RateLimiterPolicy
        {
            Name = name,
            Kind = kind,
            Permits = Count(fields, isBucket ? "TokenLimit" : "PermitLimit"),
            Window = kind is RateLimiterKind.Concurrency ? TimeSpan.Zero : Period(fields, isBucket ? "ReplenishmentPeriod" : "Window"),
            Segments = kind is RateLimiterKind.SlidingWindow
                ? fields.Whole("SegmentsPerWindow", 1, MostSegments)
                    ?? throw fields.Wrong("SegmentsPerWindow", "must be there, as a whole number")
                : 1,
            TokensPerPeriod = isBucket ? Count(fields, "TokensPerPeriod") : 0,
            QueueLimit = fields.Whole("QueueLimit", 0, MostWaiting) ?? 0,
            NewestFirst = fields.Word("QueueProcessingOrder", ("OldestFirst", false), ("NewestFirst", true)) ?? false,
            PerClient = fields.Word("PartitionBy", ("Ingress", false), ("Client", true)) ?? false,
            Status = fields.Word("RejectionStatusCode", ("429", 429), ("503", 503)) ?? 503,
        };
        if (kind is RateLimiterKind.SlidingWindow && policy.Window / policy.Segments < Shortest)
            throw fields.Wrong("SegmentsPerWindow", "must leave each segment 10 milliseconds or more of the window");
        fields.End();
        return policy;
    }

    private static int Count(DialectFields fields, string name) =>
        fields.Whole(name, 1, MostPermits) ?? throw fields.Wrong(name, "must be there, as a whole number");

    private static TimeSpan Period(DialectFields fields, string name) =>
        (fields.Time(name) ?? throw fields.Wrong(name, "must be there, as a time as 00:01:00")) is var time && time >= Shortest
            ? time
            : throw fields.Wrong(name, "must be 10 milliseconds or more");
}
