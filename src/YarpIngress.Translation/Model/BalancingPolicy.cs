using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Model;

/// <summary>How the endpoints of a backend are chosen, where it is not simply each in its turn.</summary>
public sealed record BalancingPolicy
{
    /// <summary><c>load-balance</c>. Default: round robin.</summary>
    public BalancingAlgorithm Algorithm { get; init; }

    /// <summary><c>load-balance-weights</c>, an annotation of ours; endpoints in none of the ranges weigh 1. Default: none.</summary>
    public EquatableArray<EndpointWeight> Weights { get; init; }

    /// <summary>
    /// <c>upstream-hash-by</c>: text with variables whose value chooses the endpoint, whatever the algorithm; null for none.
    /// </summary>
    public VariableText? HashBy { get; init; }

    /// <summary>
    /// <c>upstream-hash-by-subset</c> and <c>-size</c>: how many endpoints share the requests of one value, by chance. 0, the default,
    /// gives them all to one.
    /// </summary>
    public int HashSubset { get; init; }

    /// <summary>Of a policy, or of none: each in its turn.</summary>
    public static BalancingPolicy None { get; } = new();

    /// <summary>As a part of a backend's name, such as <c>ewma</c>.</summary>
    public override string ToString()
    {
        var name = HashBy is null ? Name(Algorithm) : $"hash of {HashBy}" + (HashSubset > 0 ? $" among {HashSubset}" : "");
        return Weights.Count == 0 ? name : $"{name} {string.Join(',', Weights)}";
    }

    /// <summary>The word for it in annotations.</summary>
    public static string Name(BalancingAlgorithm algorithm) => algorithm switch
    {
        BalancingAlgorithm.RoundRobin => "round_robin",
        BalancingAlgorithm.Ewma => "ewma",
        BalancingAlgorithm.LeastConnections => "least_conn",
        BalancingAlgorithm.Random => "random",
        BalancingAlgorithm.SourceHash => "source_hash",
        BalancingAlgorithm.DestinationHash => "destination_hash",
        BalancingAlgorithm.ShortestExpectedDelay => "shortest_expected_delay",
        BalancingAlgorithm.NeverQueue => "never_queue",
        BalancingAlgorithm.PowerOfTwoChoices => "power_of_two_choices",
        BalancingAlgorithm.First => "first",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Unknown algorithm."),
    };
}
