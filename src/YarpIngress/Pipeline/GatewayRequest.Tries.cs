using System.Diagnostics;
using Yarp.ReverseProxy.Model;
using YarpIngress.Pipeline.Balancing;

namespace YarpIngress.Pipeline;

/// <content>How pods were tried.</content>
internal sealed partial class GatewayRequest
{
    private readonly List<UpstreamTry> _earlierTries = [];
    private UpstreamTry _upstream;
    private EndpointLoad? _load;

    /// <summary>The endpoint that is tried, or was last; null before the first try.</summary>
    public DestinationState? ProxiedDestination { get; private set; }

    /// <summary>Whether a pod's answer has begun to come.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Whether the answer of the pod that was tried is thrown away, since another one shall be asked.</summary>
    public bool IsPassedOver { get; set; }

    /// <summary>How often a pod was tried.</summary>
    public int Tries { get; private set; }

    /// <summary>The last attempt, or the one that is going on; empty when <see cref="Tries"/> is 0.</summary>
    public ref UpstreamTry Upstream => ref _upstream;

    /// <summary>The attempts before <see cref="Upstream"/>, in order.</summary>
    public IReadOnlyList<UpstreamTry> EarlierTries => _earlierTries;

    /// <summary>The next try is counted with an endpoint, until it is over.</summary>
    public void Occupy(EndpointLoad load)
    {
        load.Begin();
        _load = load;
    }

    /// <summary>A pod is about to be tried.</summary>
    public void BeginTry(DestinationState endpoint)
    {
        if (Tries++ > 0)
            _earlierTries.Add(_upstream);
        ProxiedDestination = endpoint;
        _upstream = new UpstreamTry { Destination = endpoint, StartedAt = Stopwatch.GetTimestamp() };
        Trace?.BeginTry(_context);
    }

    /// <summary>The last try is over, if there was one.</summary>
    public void EndTry()
    {
        if (_upstream is { StartedAt: not 0, EndedAt: 0 })
            _upstream.EndedAt = Stopwatch.GetTimestamp();
        if (_load is { } load)
        {
            _load = null;
            load.End(_upstream.HeadersAt == 0 ? -1 : _upstream.EndedAt - _upstream.StartedAt, Stopwatch.GetTimestamp());
        }
    }
}
