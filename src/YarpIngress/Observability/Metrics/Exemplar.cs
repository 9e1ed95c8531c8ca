namespace YarpIngress.Observability.Metrics;

/// <summary>One observation that can be looked up elsewhere.</summary>
/// <param name="TraceId">Its trace; null when there was none yet.</param>
/// <param name="Value">What was observed.</param>
/// <param name="Time">When, in seconds since 1970.</param>
internal readonly record struct Exemplar(string? TraceId, double Value, double Time);
