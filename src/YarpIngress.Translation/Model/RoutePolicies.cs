namespace YarpIngress.Translation.Model;

/// <summary>What the annotations of an Ingress ask for; one object for all of its routes.</summary>
public sealed record RoutePolicies
{
    /// <summary>Of an Ingress that asks for nothing.</summary>
    public static RoutePolicies None { get; } = new();

    /// <summary><c>enable-access-log</c>: whether requests are logged, where there is a log at all.</summary>
    public bool AccessLog { get; init; } = true;

    /// <summary>Traces.</summary>
    public TracingPolicy Tracing { get; init; }
}
