namespace YarpIngress.Kubernetes;

/// <summary>The two types of events that Kubernetes knows.</summary>
public enum EventType
{
    /// <summary>Information.</summary>
    Normal,

    /// <summary>Somebody should look at it.</summary>
    Warning,
}
