namespace YarpIngress.Benchmarks.Propagation;

/// <summary>One change of one object, and the request that shows when it is live.</summary>
/// <param name="Name">The object.</param>
/// <param name="Host">Host of the request.</param>
/// <param name="Path">Path of the request.</param>
/// <param name="Answer">Who answers it then.</param>
/// <param name="CallAsync">The API call that makes the change.</param>
internal sealed record Change(string Name, string Host, string Path, string Answer, Func<CancellationToken, Task> CallAsync);
