using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Load;

/// <summary>A way to ask a proxy without a pause for some time.</summary>
internal interface ILoad
{
    /// <summary>What is asked, as a table says it.</summary>
    string Description { get; }

    Task<LoadResult> RunAsync(Rival target, TimeSpan duration, CancellationToken ct);
}
