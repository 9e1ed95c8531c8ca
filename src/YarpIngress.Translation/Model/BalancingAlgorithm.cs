namespace YarpIngress.Translation.Model;

/// <summary>How the endpoint of a request is chosen.</summary>
public enum BalancingAlgorithm
{
    /// <summary>Each in its turn, as often as its weight says: <c>round_robin</c>, <c>weighted_round_robin</c>.</summary>
    RoundRobin,

    /// <summary>Of two by chance the one that lately answered faster and has less to do: <c>ewma</c>.</summary>
    Ewma,

    /// <summary>The one with the fewest requests in flight for its weight: <c>least_conn</c>, <c>least_connections</c>.</summary>
    LeastConnections,

    /// <summary>By chance: <c>random</c>.</summary>
    Random,

    /// <summary>By the client's address: <c>source_hash</c>, and Services with <c>sessionAffinity: ClientIP</c>.</summary>
    SourceHash,

    /// <summary>By the host and path that are asked for: <c>destination_hash</c>.</summary>
    DestinationHash,

    /// <summary>The one that would be done soonest, if each took its weight's share of time: <c>shortest_expected_delay</c>.</summary>
    ShortestExpectedDelay,

    /// <summary>One that is idle; when none is, as <see cref="ShortestExpectedDelay"/>: <c>never_queue</c>.</summary>
    NeverQueue,

    /// <summary>Of two by chance the one with fewer requests in flight: <c>power_of_two_choices</c>.</summary>
    PowerOfTwoChoices,

    /// <summary>The first by address, the others only when it fails: <c>first</c>.</summary>
    First,
}
