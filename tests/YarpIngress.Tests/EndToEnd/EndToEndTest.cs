namespace YarpIngress.Tests.EndToEnd;

/// <summary>A test with a namespace of its own on the cluster that all end-to-end tests share.</summary>
public abstract class EndToEndTest(TestCluster cluster) : IAsyncLifetime
{
    private TestNamespace? _namespace;

    protected TestCluster Cluster { get; } = cluster;

    private protected GatewayClient Gateway => Cluster.Gateway;

    protected TestNamespace Namespace => _namespace ?? throw new InvalidOperationException("the test has not started");

    public async ValueTask InitializeAsync() => _namespace = await TestNamespace.CreateAsync(Cluster);

    public virtual async ValueTask DisposeAsync()
    {
        if (_namespace is not null)
            await _namespace.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
