using YarpIngress.Pipeline.Limits;

namespace YarpIngress.Tests.Limits;

/// <summary><c>limit-rate</c> and <c>limit-rate-after</c>: the arithmetic, without a clock.</summary>
public sealed class AnswerPaceTests
{
    [Theory]
    [InlineData(0, 0, 1000)]
    [InlineData(0, 1000, 0)]
    [InlineData(999, 1000, 0)]
    [InlineData(1500, 1000, 500)]
    [InlineData(10_000, 1000, 9000)]
    public void A_second_of_it_comes_at_once_then_the_rate(long elapsed, long sent, long room) =>
        Assert.Equal(room, new AnswerPace(1000, 0).Room(elapsed, sent));

    [Fact]
    public void What_comes_before_does_not_count() => Assert.Equal(5500, new AnswerPace(1000, 5000).Room(1500, 1000));

    [Theory]
    [InlineData(1024, 0)]
    [InlineData(1024, 100_000)]
    [InlineData(1, 0)]
    [InlineData(1_000_000_000, 7)]
    public void Who_waits_as_long_as_it_says_has_room_and_never_gets_more_than_the_rate(long rate, long after)
    {
        var pace = new AnswerPace(rate, after);
        var (elapsed, sent) = (0L, 0L);
        for (var i = 0; i < 200; i++)
        {
            var room = pace.Room(elapsed, sent);
            if (room > 0)
                sent += room;
            Assert.True(sent <= after + Math.Max(rate, rate * elapsed / 1000), $"{sent} after {elapsed} ms");
            var wait = pace.Wait(elapsed, sent, 64 * 1024);
            Assert.InRange(wait.TotalMilliseconds, 1, 2250);
            elapsed += (long)wait.TotalMilliseconds;
            Assert.True(pace.Room(elapsed, sent) > 0);
        }
    }

    [Fact]
    public void Days_do_not_overflow() =>
        Assert.True(new AnswerPace(10_000_000L * 1024, 0).Room((long)TimeSpan.FromDays(9).TotalMilliseconds, 0) > 0);
}
