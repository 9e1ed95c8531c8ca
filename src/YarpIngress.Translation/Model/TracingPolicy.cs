namespace YarpIngress.Translation.Model;

/// <summary>What an Ingress says of traces; null leaves it to the global ConfigMap.</summary>
/// <param name="Enabled"><c>enable-opentelemetry</c>: whether its requests are traced.</param>
/// <param name="TrustIncomingSpan"><c>opentelemetry-trust-incoming-span</c>: whether a caller's span becomes the parent.</param>
/// <param name="OperationName"><c>opentelemetry-operation-name</c>: name of the gateway's span.</param>
public readonly record struct TracingPolicy(bool? Enabled, bool? TrustIncomingSpan, string? OperationName);
