namespace YarpIngress.Translation.Backends;

/// <summary>Where the gateway runs, for endpoints that are chosen by it.</summary>
/// <param name="Node">Name of its node.</param>
/// <param name="Zone">Zone of the node, from the label <c>topology.kubernetes.io/zone</c>; null when it has none.</param>
public sealed record Place(string Node, string? Zone);
