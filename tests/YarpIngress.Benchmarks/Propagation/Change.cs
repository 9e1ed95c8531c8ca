namespace YarpIngress.Benchmarks.Propagation;

/// <summary>One change of one object, and how to see when it is live.</summary>
/// <param name="Name">The object.</param>
/// <param name="CallAsync">The API call that makes the change.</param>
/// <param name="UntilLiveAsync">The moment at which a client first saw it; null for a change that clients do not see.</param>
internal sealed record Change(
    string Name, Func<CancellationToken, Task> CallAsync, Func<CancellationToken, Task<long>>? UntilLiveAsync);
