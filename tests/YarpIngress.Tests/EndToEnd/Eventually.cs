namespace YarpIngress.Tests.EndToEnd;

/// <summary>Waits on conditions with a deadline: the tests' only way to wait.</summary>
internal static class Eventually
{
    /// <summary>Long enough for the slowest machine; a test that passes never waits for it.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);

    /// <summary>Asks until <paramref name="isMet"/> holds for an answer, which it returns; fails with the last answer.</summary>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T>> ask, Func<T, bool> isMet)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(15));
        while (true)
        {
            var last = await ask();
            if (isMet(last))
                return last;
            if (TimeProvider.System.GetElapsedTime(deadline) > Deadline)
                Assert.Fail($"{what}: not within {Deadline.TotalSeconds} s; last seen: {last}");
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    public static Task BeAsync(string what, Func<Task<bool>> condition) => GetAsync(what, condition, met => met);
}
