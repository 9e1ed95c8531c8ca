namespace YarpIngress.Benchmarks.Load;

/// <summary>What a load generator saw.</summary>
/// <param name="Requests">Answers, good and bad.</param>
/// <param name="Elapsed">How long it asked.</param>
/// <param name="Failures">Connections that broke, requests without an answer, answers with a status of 400 and more.</param>
/// <param name="P50">Milliseconds within which half of the answers came.</param>
/// <param name="P99">Milliseconds within which 99 of 100 came.</param>
internal sealed record LoadResult(long Requests, TimeSpan Elapsed, long Failures, double P50, double P99);
