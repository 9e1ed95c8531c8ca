using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Controller;

namespace YarpIngress.Tests.Controller;

public sealed class LoopSetTests
{
    [Fact]
    public async Task A_loop_that_ends_by_itself_is_named_and_the_others_go_on()
    {
        await using var loops = new LoopSet(NullLogger<LoopSet>.Instance);
        loops.Start("good", ct => Task.Delay(Timeout.InfiniteTimeSpan, ct));
        loops.Start("failed", _ => throw new InvalidOperationException("bug"));
        loops.Start("ended", _ => Task.CompletedTask);
        await Wait.UntilAsync(() => loops.Health().Count(part => part.Ok) == 1, "two dead loops");
        Assert.Equal(["loop failed", "loop ended"], loops.Health().Where(part => !part.Ok).Select(part => part.Name));
    }
}
