using YarpIngress.Kubernetes.Models;
using YarpIngress.Kubernetes.Tests.Peer;
using static YarpIngress.Kubernetes.Tests.Peer.Objects;

namespace YarpIngress.Kubernetes.Tests;

/// <summary>What can go wrong with a list: the consumer is told exactly what changed.</summary>
public sealed class InformerListFaultTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gone_lists_again_and_tells_only_the_difference(bool inStream)
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("same", 1), ConfigMap("changed", 2), ConfigMap("removed", 3));
        await consumer.ExpectAsync("Added same@1", "Added changed@2", "Added removed@3", "Synced");

        if (inStream)
        {
            await (await peer.NextWatchAsync("10")).EventAsync("ERROR", Status(410, "Expired", "too old resource version: 10 (90)"));
        }
        else
        {
            var watch = await peer.NextAsync();
            Assert.True(watch.IsWatch);
            await watch.StatusAsync(410, "Gone");
        }

        // At once, without a pause, and for the newest state.
        var list = await peer.NextListAsync();
        Assert.Null(list.Query("resourceVersion"));
        await list.ListAsync("100", ConfigMap("same", 1), ConfigMap("changed", 95), ConfigMap("new", 96));
        await consumer.ExpectAsync("Modified changed@95 (was 2)", "Added new@96", "Deleted removed@3 (was 3)");

        var next = await peer.NextWatchAsync("100");
        await next.EventAsync("MODIFIED", ConfigMap("same", 101));
        await consumer.ExpectAsync("Modified same@101 (was 1)");
    }

    [Fact]
    public async Task Gone_every_time_is_not_asked_for_in_a_tight_loop()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        for (var i = 0; i < 6; i++)
        {
            await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1));
            await (await peer.NextWatchAsync("10")).EventAsync("ERROR", Status(410, "Expired"));
            if (i > 0)
                await consumer.Time.PassPauseAsync();
        }

        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1), ConfigMap("b", 2));
        await consumer.ExpectAsync("Added a@1", "Synced", "Added b@2");
    }

    [Fact]
    public async Task A_continue_token_that_expires_leads_to_the_list_in_one_piece()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer, options: new InformerOptions<V1ConfigMap> { PageSize = 2 });
        await (await peer.NextListAsync()).PageAsync("10", "more", ConfigMap("a", 1), ConfigMap("b", 2));
        await (await peer.NextListAsync()).StatusAsync(410, "Expired", "The provided continue parameter is too old");

        var whole = await peer.NextListAsync();
        Assert.Equal((null, null), (whole.Query("continue"), whole.Query("limit")));
        await whole.ListAsync("20", ConfigMap("b", 2), ConfigMap("c", 15));
        await consumer.ExpectAsync("Added a@1", "Added b@2", "Added c@15", "Deleted a@1 (was 1)", "Synced");
        await peer.NextWatchAsync("20");
    }

    [Fact]
    public async Task A_list_that_breaks_off_removes_nothing()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1), ConfigMap("b", 2));
        await (await peer.NextWatchAsync("10")).EventAsync("ERROR", Status(410, "Expired"));
        await consumer.ExpectAsync("Added a@1", "Added b@2", "Synced");

        var cut = await peer.NextListAsync();
        await cut.BeginAsync();
        await cut.SendAsync(List("20", null, ConfigMap("a", 1))[..^2]);
        cut.Abort();

        await consumer.Time.PassPauseAsync();
        await (await peer.NextListAsync()).ListAsync("20", ConfigMap("a", 1), ConfigMap("b", 2), ConfigMap("c", 20));
        await consumer.ExpectAsync("Added c@20");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("<html>a proxy's login page</html>")]
    [InlineData("""{"kind":"ConfigMapList","metadata":{"resourceVersion":"20"}}""")]
    [InlineData("""{"kind":"ConfigMapList","metadata":{},"items":[]}""")]
    [InlineData("""{"kind":"ConfigMapList","metadata":null,"items":[]}""")]
    [InlineData("""{"kind":"ConfigMapList","metadata":{"resourceVersion":7},"items":[]}""")]
    [InlineData("""{"kind":"ConfigMapList","metadata":{"resourceVersion":"20"},"items":"none"}""")]
    public async Task An_answer_that_is_no_list_does_not_count_as_an_empty_one(string answer)
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1));
        await (await peer.NextWatchAsync("10")).EventAsync("ERROR", Status(410, "Expired"));
        await (await peer.NextListAsync()).AnswerAsync(200, answer);
        await consumer.Time.PassPauseAsync();
        await (await peer.NextListAsync()).ListAsync("20", ConfigMap("a", 1), ConfigMap("b", 2));
        await consumer.ExpectAsync("Added a@1", "Synced", "Added b@2");
    }

    [Fact]
    public async Task A_slow_answer_is_waited_for_as_long_as_something_comes()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        var list = await peer.NextListAsync();
        await list.BeginAsync();
        var text = List("10", null, ConfigMap("a", 1), ConfigMap("b", 2));
        var half = text.Length / 2;
        await list.SendAsync(text[..half]);
        await list.SendAsync(text[half..]);
        list.End();
        await consumer.ExpectAsync("Added a@1", "Added b@2", "Synced");
    }

    [Fact]
    public async Task An_answer_that_never_comes_is_given_up()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await peer.NextListAsync();
        consumer.Time.Advance(TimeSpan.FromSeconds(31));
        await Eventually.IsTrueAsync(() => consumer.Informer.Health is { Failures: 1, Error: not null });
        Assert.Contains("no answer within 30 s", consumer.Informer.Health.Error, StringComparison.Ordinal);

        await consumer.Time.PassPauseAsync();
        await (await peer.NextListAsync()).ListAsync("10");
        await consumer.ExpectAsync("Synced");
    }

    [Fact]
    public async Task A_list_that_stops_in_the_middle_is_given_up()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        var list = await peer.NextListAsync();
        await list.BeginAsync();
        await list.SendAsync(List("10", null, ConfigMap("a", 1))[..60]);
        await Eventually.IsTrueAsync(() =>
        {
            // The limit starts over with every part that arrives, so once is not surely enough. Once it has ended the request, the
            // clock stands still: the pause that follows must not pass.
            if (consumer.Time.Waits(TimeSpan.FromSeconds(30)))
                consumer.Time.Advance(TimeSpan.FromSeconds(31));
            return consumer.Informer.Health.Failures == 1;
        });
        await consumer.Time.PassPauseAsync();
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1));
        await consumer.ExpectAsync("Added a@1", "Synced");
    }
}
