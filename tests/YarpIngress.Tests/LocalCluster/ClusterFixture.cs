using YarpIngress.LocalCluster;

namespace YarpIngress.Tests.LocalCluster;

/// <summary>A cluster without an ingress controller, shared by the tests of a class; each test works in a namespace of its own.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private LocalClusterHost? _cluster;
    private int _namespaces;

    internal LocalClusterHost Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not been started.");

    public async ValueTask InitializeAsync() =>
        _cluster = await LocalClusterHost.StartAsync(new LocalClusterOptions(), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    /// <summary>A new namespace.</summary>
    internal TestNamespace NewNamespace() => new(Cluster, $"test-{Interlocked.Increment(ref _namespaces)}");
}
