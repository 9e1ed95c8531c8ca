namespace YarpIngress.LocalCluster.Api;

/// <summary>For a host inside a larger process: signals are the process's business, not this host's (the default lifetime would swallow
/// Ctrl-C and SIGTERM).</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
