using Yarp.ReverseProxy.Model;
using YarpIngress.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Balancing;

/// <summary>Chooses among the endpoints of one backend as its policy says.</summary>
internal sealed class Balancer
{
    private readonly ProxyBackend _backend;
    private readonly EndpointSets _sets;
    private readonly bool _counts;

    /// <summary>For a backend.</summary>
    /// <param name="policy">What it does.</param>
    /// <param name="backend">Whose turns are counted.</param>
    public Balancer(BalancingPolicy policy, ProxyBackend backend)
    {
        (Policy, _backend) = (policy, backend);
        _sets = new EndpointSets(policy.Weights);
        _counts = policy.HashBy is null && policy.Algorithm is BalancingAlgorithm.Ewma or BalancingAlgorithm.LeastConnections
            or BalancingAlgorithm.ShortestExpectedDelay or BalancingAlgorithm.NeverQueue or BalancingAlgorithm.PowerOfTwoChoices;
    }

    /// <summary>What it does.</summary>
    public BalancingPolicy Policy { get; }

    /// <summary>The one for a policy: the same as before when the policy is; null for none.</summary>
    public static Balancer? For(BalancingPolicy? policy, ProxyBackend backend) =>
        policy is null ? null : backend.Balancer is { } former && former.Policy == policy ? former : new Balancer(policy, backend);

    /// <summary>One of <see cref="GatewayRequest.AvailableDestinations"/>.</summary>
    public DestinationState Choose(GatewayRequest request)
    {
        var set = _sets.Of(request);
        var endpoints = set.Endpoints;
        var chosen = endpoints[endpoints.Length == 1 ? 0 : Index(set, request)];
        if (_counts)
            request.Occupy(chosen);
        return chosen.Endpoint;
    }

    /// <summary>What is known of one of its endpoints.</summary>
    public EndpointLoad LoadOf(DestinationState endpoint) => _sets.LoadOf(endpoint);

    private int Index(EndpointSet set, GatewayRequest request) => Policy switch
    {
        { HashBy: { } text, HashSubset: > 0 and var size } =>
            RendezvousHash.OfSubset(set, HashKeys.Value(request, text), size, Random.Shared.Next()),
        { HashBy: { } text } => RendezvousHash.Best(set, HashKeys.Value(request, text)),
        { Algorithm: BalancingAlgorithm.SourceHash } => RendezvousHash.Best(set, HashKeys.Source(request)),
        { Algorithm: BalancingAlgorithm.DestinationHash } => RendezvousHash.Best(set, HashKeys.Destination(request)),
        { Algorithm: BalancingAlgorithm.Random } => set.At(Random.Shared.NextInt64(set.TotalWeight)),
        { Algorithm: BalancingAlgorithm.Ewma } => LeastOfTwo.ByTime(set, Random.Shared),
        { Algorithm: BalancingAlgorithm.PowerOfTwoChoices } => LeastOfTwo.ByRequests(set, Random.Shared),
        { Algorithm: BalancingAlgorithm.LeastConnections } => LeastOfAll.ByRequests(set, _backend.NextTurn()),
        { Algorithm: BalancingAlgorithm.ShortestExpectedDelay } => LeastOfAll.ByDelay(set, _backend.NextTurn()),
        { Algorithm: BalancingAlgorithm.NeverQueue } => LeastOfAll.IdleOrByDelay(set, _backend.NextTurn()),
        { Algorithm: BalancingAlgorithm.First } => First(set),
        _ => RoundRobin.Index(set, _backend.NextTurn()),
    };

    // YARP keeps them in no order.
    private static int First(EndpointSet set)
    {
        var endpoints = set.Endpoints;
        var first = 0;
        for (var i = 1; i < endpoints.Length; i++)
        {
            if (string.CompareOrdinal(endpoints[i].Endpoint.DestinationId, endpoints[first].Endpoint.DestinationId) < 0)
                first = i;
        }
        return first;
    }
}
