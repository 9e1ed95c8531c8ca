namespace YarpIngress.Controller;

/// <summary>For hosts that their owner starts and stops: no signal handlers, so that several fit into one process.</summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
