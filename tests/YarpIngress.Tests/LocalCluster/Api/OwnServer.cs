namespace YarpIngress.Tests.LocalCluster.Api;

/// <summary>A server of one test's own, for tests that break it.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    public ApiServerFixture Server { get; } = new();

    public ValueTask StartAsync() => Server.InitializeAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
