namespace YarpIngress.Translation.Model;

/// <summary>
/// How the endpoints of a Service port are talked to and chosen, where annotations say something about it. Part of
/// <see cref="BackendKey"/>: two Ingresses that say different things about one Service have a backend each.
/// </summary>
public sealed record BackendPolicy
{
    /// <summary><c>backend-protocol</c>: what the endpoints speak; null leaves it to the port's <c>appProtocol</c>.</summary>
    public BackendProtocol? Protocol { get; init; }
}
