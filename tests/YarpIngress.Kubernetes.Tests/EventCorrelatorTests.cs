using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes.Tests;

public sealed class EventCorrelatorTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly V1ObjectReference Shop = new() { Kind = "Ingress", Name = "shop", NamespaceProperty = "web", Uid = "u" };

    private readonly EventCorrelator _correlator = new();

    [Fact]
    public void Ten_alike_within_ten_minutes_become_one()
    {
        for (var i = 0; i < 9; i++)
            Assert.Equal(($"text {i}", 1), Seen(Observe($"text {i}", Start.AddMinutes(i))));

        Assert.Equal(("(combined from similar events): text 9", 1), Seen(Observe("text 9", Start.AddMinutes(9))));
        Assert.Equal(("(combined from similar events): text 10", 2), Seen(Observe("text 10", Start.AddMinutes(10))));

        // A repeat of one that is known is no new text, and other reasons are not affected.
        Assert.Equal(("text 3", 2), Seen(Observe("text 3", Start.AddMinutes(10))));
        Assert.Equal(("text 11", 1), Seen(_correlator.Observe(Shop, EventType.Normal, "Other", "text 11", Start.AddMinutes(10))));

        // Quiet for long enough: it starts over.
        Assert.Equal(("text 12", 1), Seen(Observe("text 12", Start.AddMinutes(21))));
    }

    [Fact]
    public void An_object_gets_25_at_once_and_one_in_five_minutes_after_that()
    {
        for (var i = 0; i < 25; i++)
            Assert.NotNull(Observe("same", Start));
        Assert.Null(Observe("same", Start));
        Assert.Null(Observe("same", Start.AddMinutes(4.9)));

        // The count goes on all the while.
        Assert.Equal(("same", 28), Seen(Observe("same", Start.AddMinutes(5))));
        Assert.Null(Observe("same", Start.AddMinutes(5)));
        var other = new V1ObjectReference { Kind = "Ingress", Name = "other", NamespaceProperty = "web", Uid = "v" };
        Assert.NotNull(_correlator.Observe(other, EventType.Normal, "R", "same", Start.AddMinutes(5)));
    }

    [Fact]
    public void A_clock_that_goes_back_hurts_nobody()
    {
        Assert.NotNull(Observe("same", Start));
        Assert.Equal(("same", 2), Seen(Observe("same", Start.AddHours(-1))));
    }

    [Fact]
    public void Memory_is_bounded()
    {
        var recent = new RecentlyUsed<int, int>(3);
        for (var i = 0; i < 10; i++)
        {
            recent.Set(i, i);
            recent.TryGet(0, out _);
        }

        Assert.Equal(3, recent.Count);
        Assert.True(recent.TryGet(0, out _));
        Assert.False(recent.TryGet(7, out _));
        Assert.True(recent.TryGet(9, out _));
        recent.Set(9, 90);
        Assert.True(recent.TryGet(9, out var value));
        Assert.Equal((90, 3), (value, recent.Count));
    }

    private Occurrence? Observe(string message, DateTimeOffset now) => _correlator.Observe(Shop, EventType.Warning, "R", message, now);

    private static (string, int) Seen(Occurrence? occurrence) => (occurrence!.Message, occurrence.Count);
}
