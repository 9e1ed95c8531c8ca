using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Observability;
using YarpIngress.Options;
using YarpIngress.Pipeline;
using YarpIngress.Proxy;
using YarpIngress.Translation;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>The controller between informers and sockets: objects go in, requests can be matched.</summary>
internal sealed class MicroSite
{
    private static readonly Dictionary<int, MicroSite> Sites = [];
    private static readonly IPEndPoint Endpoint = new(IPAddress.Parse("10.0.0.1"), 8080);
    private readonly TrafficServer _server = TrafficServer.Build(new DataPlaneOptions { StandardOutput = Stream.Null }, _ => { });
    private readonly ClusterTranslation _translation;
    private readonly ModelPublisher _publisher;

    /// <summary>An empty one.</summary>
    /// <param name="settings">The keys of its ConfigMap; null for none.</param>
    public MicroSite(Dictionary<string, string>? settings = null)
    {
        var configMap = new ObjectKey(BenchmarkObjects.Namespace, "settings");
        Cache = new ClusterCache(new TranslationSettings { ConfigMap = settings is null ? null : configMap });
        if (settings is not null)
            Cache.Set(new V1ConfigMap
            {
                Metadata = new() { Name = configMap.Name, NamespaceProperty = configMap.Namespace },
                Data = settings,
            });
        Cache.Set(BenchmarkObjects.IngressClass());
        _translation = new ClusterTranslation(Cache, TimeProvider.System);
        _publisher = new ModelPublisher(
            DataPlane, new ControllerMetrics(new ControllerOptions()), NullLogger<ModelPublisher>.Instance);
    }

    public IServiceProvider Services => _server.Services;

    public DataPlane DataPlane => Services.GetRequiredService<DataPlane>();

    public ClusterCache Cache { get; }

    /// <summary>One with so many hosts, each with an Ingress, a Service and a slice of its own; the same one each time.</summary>
    public static MicroSite Of(int hosts)
    {
        if (Sites.TryGetValue(hosts, out var site))
            return site;
        site = Sites[hosts] = new MicroSite();
        for (var index = 0; index < hosts; index++)
        {
            site.Add(index);
            site.Cache.Set(BenchmarkObjects.Ingress(index, BenchmarkObjects.Path("/", BenchmarkObjects.NameOf(index))));
        }
        site.Apply();
        return site;
    }

    /// <summary>A Service with one endpoint.</summary>
    public void Add(int index)
    {
        Cache.Set(BenchmarkObjects.Service(BenchmarkObjects.NameOf(index)));
        Cache.Set(BenchmarkObjects.Slice(BenchmarkObjects.NameOf(index), Endpoint));
    }

    /// <summary>An Ingress of a host, with annotations.</summary>
    public void Add(V1Ingress ingress, params (string Name, string Value)[] annotations)
    {
        ingress.Metadata.Annotations = annotations.ToDictionary(
            one => one.Name.Contains('/') ? one.Name : "nginx.ingress.kubernetes.io/" + one.Name, one => one.Value);
        Cache.Set(ingress);
    }

    /// <summary>Translates what changed, and publishes it.</summary>
    public void Apply()
    {
        if (!_publisher.Publish(_translation.Drain(), _translation.Problems))
            throw new InvalidOperationException("not everything went live");
    }
}
