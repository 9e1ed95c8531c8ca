namespace YarpIngress.Benchmarks.Load;

/// <summary>One round of one proxy.</summary>
/// <param name="Alone">While nobody else was asked.</param>
/// <param name="CostOfRequest">Processor time for one request, in microseconds, taken in turns with the others.</param>
internal sealed record Measurement(Sample Alone, double CostOfRequest);
