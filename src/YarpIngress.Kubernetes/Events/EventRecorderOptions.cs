namespace YarpIngress.Kubernetes;

/// <summary>Who reports events, and how many may wait.</summary>
public sealed record EventRecorderOptions
{
    /// <summary>Component that reports, such as <c>yarp-ingress-controller</c>; kubectl shows it under From.</summary>
    public required string Component { get; init; }

    /// <summary>Instance that reports, such as the pod's name.</summary>
    public string? Instance { get; init; }

    /// <summary>Events that wait while the server is slow or away; more are dropped and counted.</summary>
    public int QueueLength { get; init; } = 1000;
}
