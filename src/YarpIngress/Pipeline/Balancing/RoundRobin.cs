namespace YarpIngress.Pipeline.Balancing;

/// <summary>Each in its turn, as often as its weight says.</summary>
/// <remarks>
/// Turn by turn a stride goes around the sum of all weights: as it has no divisor in common with the sum, so many turns give each
/// endpoint exactly its weight, and as it is near the golden section, the turns of one lie apart. There is no state but the count of
/// turns, so nothing has to be locked.
/// </remarks>
internal static class RoundRobin
{
    /// <summary>The index of the endpoint whose turn it is.</summary>
    public static int Index(EndpointSet endpoints, uint turn) =>
        endpoints.At(turn % endpoints.TotalWeight * endpoints.Stride % endpoints.TotalWeight);
}
