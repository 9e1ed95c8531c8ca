using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Commands.Explain.Streams;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Observability;
using YarpIngress.Options;
using YarpIngress.Pipeline;
using YarpIngress.Pipeline.Health;
using YarpIngress.Proxy;

namespace YarpIngress.Commands.Explain;

/// <summary>
/// A cluster as the controller would serve it: translated and published to a data plane that listens nowhere, so that
/// what the proxy refuses is refused here too.
/// </summary>
internal sealed class ExplainedCluster : IAsyncDisposable
{
    private readonly TrafficServer _server;
    private readonly Explainer _explainer;
    private readonly StreamExplainer _streams;
    private readonly TimeProvider _time;

    public ExplainedCluster(ClusterCache cache, ControllerOptions options, TimeProvider time)
    {
        _time = time;
        _server = TrafficServer.Build(options.DataPlane(), logging => logging.ClearProviders());
        var dataPlane = _server.Services.GetRequiredService<DataPlane>();
        var translation = new ClusterTranslation(cache, time);
        new ModelPublisher(dataPlane, new ControllerMetrics(options), NullLogger<ModelPublisher>.Instance)
            .Publish(translation.Drain(), translation.Problems);
        _explainer = new Explainer(cache, translation, dataPlane, _server.Services.GetRequiredService<HealthCheck>());
        _streams = new StreamExplainer(cache, translation);
    }

    /// <summary>Explains <paramref name="request"/>.</summary>
    public Explanation Explain(ExplainedRequest request) => _explainer.Explain(request, _time.GetUtcNow().UtcDateTime);

    /// <summary>Explains a TCP or UDP port.</summary>
    public StreamExplanation Explain(ExplainedStream stream) => _streams.Explain(stream);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
