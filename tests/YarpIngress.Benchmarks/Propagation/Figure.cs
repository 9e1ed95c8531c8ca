using YarpIngress.Benchmarks.Cluster;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>How long one kind of change took.</summary>
/// <param name="Who">The proxy.</param>
/// <param name="What">The kind of change.</param>
/// <param name="Size">How many hosts it had.</param>
/// <param name="UnderLoad">Whether it served others at the same time.</param>
/// <param name="First">The first change of the kind in the life of the process, which is not part of the times.</param>
/// <param name="Times">Until the first request that was answered by it.</param>
/// <param name="OwnClock">Until it was live, as the gateway itself measured it.</param>
internal sealed record Figure(
    string Who, string What, int Size, bool UnderLoad, TimeSpan First, Distribution Times, TimesByBucket? OwnClock = null);
