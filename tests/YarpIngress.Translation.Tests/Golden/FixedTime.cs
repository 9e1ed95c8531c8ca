namespace YarpIngress.Translation.Tests.Golden;

/// <summary>A clock that stands still until it is set.</summary>
internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    /// <summary>The time of all golden files: certificates in them are valid, expired or not yet valid by it.</summary>
    public static DateTimeOffset Golden { get; } = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
