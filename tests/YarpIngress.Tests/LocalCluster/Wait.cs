namespace YarpIngress.Tests.LocalCluster;

/// <summary>Waits for conditions, never for time.</summary>
internal static class Wait
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var cancel = TestContext.Current.CancellationToken;
        var deadline = DateTime.UtcNow + Deadline;
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"no {what} within {Deadline.TotalSeconds} s");
            await poll.WaitForNextTickAsync(cancel);
        }
    }
}
