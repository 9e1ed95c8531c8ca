namespace YarpIngress.Tests;

/// <summary>Waits for conditions, never for time: the tests' only way to wait.</summary>
internal static class Wait
{
    /// <summary>Long enough for the slowest machine; a test that passes never waits for it.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static Task UntilAsync(Func<Task<bool>> condition, string what) => ForAsync(condition, met => met, what);

    /// <summary>Asks until <paramref name="isAwaited"/> holds for an answer, which it returns; fails with the last answer.</summary>
    public static async Task<T> ForAsync<T>(Func<Task<T>> ask, Func<T, bool> isAwaited, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(15));
        while (true)
        {
            var last = await ask();
            if (isAwaited(last))
                return last;
            if (TimeProvider.System.GetElapsedTime(began) > Deadline)
                Assert.Fail($"{what}: not within {Deadline.TotalSeconds} s; last seen: {last}");
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
