namespace YarpIngress;

/// <summary>
/// For hosts that their owner starts and stops, so that several fit into one process: signals are the process's business
/// (the default lifetime would swallow Ctrl-C and SIGTERM).
/// </summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
