using System.Runtime.CompilerServices;

namespace YarpIngress.Kubernetes.Tests.Peer;

/// <summary>Waits for conditions, with a deadline that only a broken test reaches.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task IsTrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, $"Never became true: {text}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
