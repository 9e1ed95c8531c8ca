using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Controller.Following;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.Controller;

public sealed class FollowedKindTests
{
    [Fact]
    public async Task What_may_not_be_read_is_gone_on_without_and_asked_for_again_after_a_while()
    {
        var health = new InformerHealth { Kind = "IngressClass" };
        var clock = new HurriedClock();
        var (begun, givenUp) = (0, 0);
        var wasGivenUp = new List<bool>();
        FollowedKind? kind = null;
        kind = new FollowedKind("ingressclasses", () => health, FollowAsync, () => givenUp++, NullLogger<FollowedKind>.Instance, clock);
        await kind.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal([false, true, true, true, true, true, true, true], wasGivenUp);
        Assert.Equal([30, 60, 120, 240, 480, 600, 600], clock.Pauses.Select(pause => pause.TotalSeconds));
        Assert.Equal((1, false), (givenUp, kind.IsGivenUp));

        Task FollowAsync(CancellationToken ct)
        {
            wasGivenUp.Add(kind!.IsGivenUp);
            if (++begun <= 7)
                throw Answer(403);
            health = health with { HasSynced = true };
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(403, false, 0, 1, true)]
    [InlineData(404, false, 0, 1, true)]
    [InlineData(500, false, 9, 1, false)]
    [InlineData(403, false, 2, 4, false)]
    [InlineData(403, false, 3, 4, true)]
    // What is known stays in use, and is asked for as ever.
    [InlineData(403, true, 9, 1, false)]
    public void Refusals_before_the_first_list_count(int code, bool hasSynced, int failures, int most, bool isRefused) => Assert.Equal(
        isRefused,
        FollowedKind.IsRefused(Answer(code), new InformerHealth { Kind = "ConfigMap", HasSynced = hasSynced, Failures = failures }, most));

    private static ApiException Answer(int code) => new("GET /", new V1Status { Code = code, Message = "no" });

    /// <summary>Every pause is over at once.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
