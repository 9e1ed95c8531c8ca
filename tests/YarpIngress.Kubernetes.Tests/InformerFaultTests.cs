using Microsoft.Extensions.Logging;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Kubernetes.Tests.Peer;
using static YarpIngress.Kubernetes.Tests.Peer.Objects;

namespace YarpIngress.Kubernetes.Tests;

/// <summary>Everything that a server can do to a client; in each case the consumer is told exactly what changed.</summary>
public sealed class InformerFaultTests
{
    [Fact]
    public async Task Disconnect_in_mid_object_is_a_broken_stream_and_the_object_comes_again()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10");

        var watch = await peer.NextWatchAsync("10");
        await watch.EventAsync("ADDED", ConfigMap("a", 11));
        await watch.SendAsync($$"""{"type":"ADDED","object":{{ConfigMap("b", 12)[..40]}}""");
        await consumer.ExpectAsync("Synced", "Added a@11");
        watch.Abort();

        await consumer.Time.PassPauseAsync();
        var resumed = await peer.NextWatchAsync("11");
        await resumed.EventAsync("ADDED", ConfigMap("b", 12));
        await consumer.ExpectAsync("Added b@12");
        Assert.Equal((1, 1), (consumer.Informer.Health.Failures, consumer.Informer.Health.Lists));
    }

    [Fact]
    public async Task A_stream_that_ends_in_mid_object_without_an_error_is_broken_too()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10");

        var watch = await peer.NextWatchAsync("10");
        await watch.SendAsync($$"""{"type":"ADDED","object":{{ConfigMap("b", 12)[..40]}}""");
        watch.End();

        await consumer.Time.PassPauseAsync();
        await (await peer.NextWatchAsync("10")).EventAsync("ADDED", ConfigMap("b", 12));
        await consumer.ExpectAsync("Synced", "Added b@12");
        Assert.Contains("mid-object", consumer.Informer.Health.LastError, StringComparison.Ordinal);
        Assert.Equal(0, consumer.Informer.Health.Malformed);
    }

    [Fact]
    public async Task A_last_event_without_a_line_end_counts()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10");
        var watch = await peer.NextWatchAsync("10");
        await watch.SendAsync($$"""{"type":"ADDED","object":{{ConfigMap("b", 12)}}}""");
        watch.End();
        await peer.NextWatchAsync("12");
        await consumer.ExpectAsync("Synced", "Added b@12");
    }

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
    public async Task Too_many_requests_waits_as_long_as_the_server_asks()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).StatusAsync(429, "TooManyRequests", retryAfter: "7");
        Assert.Equal(TimeSpan.FromSeconds(7), await consumer.Time.PassPauseAsync());
        await (await peer.NextListAsync()).StatusAsync(429, "TooManyRequests", retryAfter: "3");
        Assert.Equal(TimeSpan.FromSeconds(3), await consumer.Time.PassPauseAsync());
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1));
        await consumer.ExpectAsync("Added a@1", "Synced");
        Assert.Equal(0, consumer.Informer.Health.Failures);
    }

    [Fact]
    public async Task A_server_that_never_stops_asking_to_wait_is_reported_and_asked_on()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        for (var i = 0; i < 5; i++)
        {
            await (await peer.NextListAsync()).StatusAsync(429, "TooManyRequests", "slow down", retryAfter: "2");
            Assert.Equal(TimeSpan.FromSeconds(2), await consumer.Time.PassPauseAsync());
        }

        Assert.Contains("slow down", consumer.Informer.Health.Error, StringComparison.Ordinal);
        await (await peer.NextListAsync()).ListAsync("10");
        await consumer.ExpectAsync("Synced");
    }

    [Fact]
    public async Task Errors_of_the_server_back_off_further_and_further_and_leave_the_state_alone()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1));
        await consumer.ExpectAsync("Added a@1", "Synced");

        var pauses = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            var next = await peer.NextAsync();
            Assert.Equal("10", next.Query("resourceVersion"));
            await next.StatusAsync(500, "InternalError", "etcdserver: leader changed");
            pauses.Add((await consumer.Time.PassPauseAsync()).TotalSeconds);
        }

        Assert.All(pauses.Zip([0.8, 1.6, 3.2, 6.4, 10, 10, 10, 10]), pair => Assert.InRange(pair.First, pair.Second / 2, pair.Second));
        var health = consumer.Informer.Health;
        Assert.Equal((false, true, 1, 8), (health.IsConnected, health.HasSynced, health.Items, (int)health.Failures));
        Assert.Contains("leader changed", health.Error, StringComparison.Ordinal);

        var watch = await peer.NextWatchAsync("10");
        await watch.EventAsync("MODIFIED", ConfigMap("a", 11));
        await consumer.ExpectAsync("Modified a@11 (was 1)");
        health = consumer.Informer.Health;
        Assert.Equal((true, null), (health.IsConnected, health.Error));
        Assert.NotNull(health.LastError);
        watch.Abort();

        // Success started the pauses over.
        Assert.InRange((await consumer.Time.PassPauseAsync()).TotalSeconds, 0.4, 0.8);
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
        await Eventually.IsTrueAsync(() => consumer.Informer.Health.Failures == 1);
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
            // The limit starts over with every part that arrives, so once is not surely enough.
            consumer.Time.Advance(TimeSpan.FromSeconds(31));
            return consumer.Informer.Health.Failures == 1;
        });
        await consumer.Time.PassPauseAsync();
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1));
        await consumer.ExpectAsync("Added a@1", "Synced");
    }

    [Fact]
    public async Task A_watch_that_stays_silent_beyond_its_time_is_left_and_resumed()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1));
        await consumer.ExpectAsync("Added a@1", "Synced");
        var silent = await peer.NextWatchAsync("10");
        await Eventually.IsTrueAsync(() => consumer.Informer.Health is { IsConnected: true, Watches: 1 });

        // Quiet for less than agreed is fine.
        var agreed = int.Parse(silent.Query("timeoutSeconds")!);
        consumer.Time.Advance(TimeSpan.FromSeconds(agreed - 1));
        Assert.Equal(0, consumer.Informer.Health.Failures);

        await Eventually.IsTrueAsync(() =>
        {
            // Once the watch's own timer has gone off, the clock stands still: what comes next must not age.
            if (consumer.Time.Waits(TimeSpan.FromSeconds(agreed)))
                consumer.Time.Advance(TimeSpan.FromSeconds(60));
            return consumer.Informer.Health.Failures == 1;
        });
        await consumer.Time.PassPauseAsync();
        var resumed = await peer.NextWatchAsync("10");
        await resumed.EventAsync("MODIFIED", ConfigMap("a", 11));
        await consumer.ExpectAsync("Modified a@11 (was 1)");
        Assert.Equal(1, consumer.Informer.Health.Lists);
    }

    [Fact]
    public async Task Events_that_come_twice_are_told_once()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 5));

        var watch = await peer.NextWatchAsync("10");
        await watch.EventAsync("ADDED", ConfigMap("b", 11));
        await watch.EventAsync("ADDED", ConfigMap("b", 11));
        await watch.EventAsync("MODIFIED", ConfigMap("b", 12));
        await watch.EventAsync("ADDED", ConfigMap("b", 11));
        await watch.EventAsync("DELETED", ConfigMap("b", 13));
        await watch.EventAsync("DELETED", ConfigMap("b", 13));
        await watch.EventAsync("MODIFIED", ConfigMap("b", 12));
        await watch.EventAsync("DELETED", ConfigMap("unknown", 14));
        await watch.EventAsync("MODIFIED", ConfigMap("a", 15));
        await consumer.ExpectAsync(
            "Added a@5", "Synced", "Added b@11", "Modified b@12 (was 11)", "Deleted b@13 (was 12)", "Modified a@15 (was 5)");
        watch.End();

        // A server that repeats itself after resumption.
        var resumed = await peer.NextWatchAsync("15");
        await resumed.EventAsync("MODIFIED", ConfigMap("a", 15));
        await resumed.EventAsync("MODIFIED", ConfigMap("a", 16));
        await consumer.ExpectAsync("Modified a@16 (was 15)");
    }

    [Fact]
    public async Task Versions_that_are_no_numbers_are_compared_for_equality_only()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        static string Map(string version) => ConfigMap("a", 1).Replace("\"1\"", $"\"{version}\"", StringComparison.Ordinal);
        await (await peer.NextListAsync()).ListAsync("zz", Map("x9"));
        var watch = await peer.NextWatchAsync("zz");
        await watch.EventAsync("MODIFIED", Map("x10"));
        await watch.EventAsync("MODIFIED", Map("x10"));
        await watch.EventAsync("MODIFIED", Map("x2"));
        await consumer.ExpectAsync("Added a@x9", "Synced", "Modified a@x10 (was x9)", "Modified a@x2 (was x10)");
    }

    [Fact]
    public async Task A_list_whose_version_went_backwards_is_the_truth()
    {
        // A backup was restored, or another cluster answers under the old name.
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("1000", ConfigMap("a", 900), ConfigMap("b", 950));
        await consumer.ExpectAsync("Added a@900", "Added b@950", "Synced");
        await (await peer.NextWatchAsync("1000")).EventAsync("ERROR", Status(410, "Expired"));

        await (await peer.NextListAsync()).ListAsync("50", ConfigMap("a", 20));
        await consumer.ExpectAsync("Modified a@20 (was 900)", "Deleted b@950 (was 950)");

        var watch = await peer.NextWatchAsync("50");
        await watch.EventAsync("MODIFIED", ConfigMap("a", 51));
        await watch.EventAsync("ADDED", ConfigMap("b", 52));
        await consumer.ExpectAsync("Modified a@51 (was 20)", "Added b@52");
    }

    [Fact]
    public async Task A_server_that_forgot_everything_and_accepts_the_old_version_is_noticed()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("1000", ConfigMap("a", 900), ConfigMap("b", 950));
        (await peer.NextWatchAsync("1000")).Abort();
        await consumer.Time.PassPauseAsync();

        var strange = await peer.NextWatchAsync("1000");
        await strange.EventAsync("ADDED", ConfigMap("a", 3, uid: "another"));
        await (await peer.NextListAsync()).ListAsync("4", ConfigMap("a", 3, uid: "another"));
        await consumer.ExpectAsync("Added a@900", "Added b@950", "Synced", "Modified a@3 (was 900)", "Deleted b@950 (was 950)");
        await peer.NextWatchAsync("4");
    }

    [Fact]
    public async Task A_bookmark_from_the_past_is_noticed_too()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("1000", ConfigMap("a", 900));
        await (await peer.NextWatchAsync("1000")).EventAsync("BOOKMARK", Bookmark("7"));
        await (await peer.NextListAsync()).ListAsync("8");
        await consumer.ExpectAsync("Added a@900", "Synced", "Deleted a@900 (was 900)");
    }

    [Fact]
    public async Task An_object_made_anew_under_its_old_version_is_a_change()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 5, uid: "one"));
        await (await peer.NextWatchAsync("10")).EventAsync("ERROR", Status(410, "Expired"));
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 5, uid: "two"));
        await consumer.ExpectAsync("Added a@5", "Synced", "Modified a@5 (was 5)");
    }

    [Fact]
    public async Task Server_down_at_start_then_up()
    {
        await using var peer = await ApiPeer.StartAsync();
        await peer.DownAsync();
        await using var consumer = new Consumer(peer);
        for (var i = 1; i <= 3; i++)
        {
            var failures = i;
            await Eventually.IsTrueAsync(() => consumer.Informer.Health.Failures == failures);
            Assert.False(consumer.Informer.Health.IsConnected);
            Assert.False(consumer.Informer.HasSynced);
            Assert.Contains("refused", consumer.Informer.Health.Error, StringComparison.OrdinalIgnoreCase);
            if (i < 3)
                await consumer.Time.PassPauseAsync();
        }

        await peer.UpAsync();
        await consumer.Time.PassPauseAsync();
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1));
        await consumer.ExpectAsync("Added a@1", "Synced");
        Assert.True(consumer.Informer.Health.IsConnected);
    }

    [Fact]
    public async Task Server_dies_and_comes_back_with_and_without_its_history()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("1000", ConfigMap("a", 900), ConfigMap("b", 950));
        await peer.NextWatchAsync("1000");
        await consumer.ExpectAsync("Added a@900", "Added b@950", "Synced");

        await peer.DownAsync();
        await consumer.Time.PassPauseAsync();
        await Eventually.IsTrueAsync(() => !consumer.Informer.Health.IsConnected);
        Assert.Equal(2, consumer.Informer.Health.Items);
        await peer.UpAsync();
        await consumer.Time.PassPauseAsync();
        var resumed = await peer.NextWatchAsync("1000");
        await resumed.EventAsync("MODIFIED", ConfigMap("a", 1001));
        await consumer.ExpectAsync("Modified a@1001 (was 900)");
        Assert.Equal(1, consumer.Informer.Health.Lists);

        await peer.DownAsync();
        await peer.UpAsync();
        await consumer.Time.PassPauseAsync();
        var refused = await peer.NextAsync();
        Assert.Equal("1001", refused.Query("resourceVersion"));
        await refused.StatusAsync(504, "Timeout", "Too large resource version: 1001, current: 3");
        await (await peer.NextListAsync()).ListAsync("3", ConfigMap("b", 2, uid: "new"));
        await consumer.ExpectAsync("Modified b@2 (was 950)", "Deleted a@1001 (was 1001)");
        await Eventually.IsTrueAsync(() => consumer.Informer.Health is { IsConnected: true, Items: 1 });
    }

    [Fact]
    public async Task Lines_that_are_no_events_lead_to_a_new_list()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10");
        string[] rubbish =
            ["<html>", "42", "{\"type\":\"ADDED\"}", "{\"type\":\"WHAT\",\"object\":{}}", "{\"type\":\"ADDED\",\"object\":{}} {}"];
        foreach (var (index, line) in rubbish.Index())
        {
            await (await peer.NextWatchAsync("10")).SendAsync(line + "\n");
            if (index > 0)
                await consumer.Time.PassPauseAsync();
            await (await peer.NextListAsync()).ListAsync("10");
        }

        await (await peer.NextWatchAsync("10")).EventAsync("ADDED", ConfigMap("a", 11));
        await consumer.ExpectAsync("Synced", "Added a@11");
    }

    [Fact]
    public async Task Forbidden_is_reported_and_asked_for_again()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).StatusAsync(403, "Forbidden", "configmaps is forbidden: no rights");
        await Eventually.IsTrueAsync(() => consumer.Informer.Health.Error is not null);
        Assert.Contains("configmaps is forbidden", consumer.Informer.Health.Error, StringComparison.Ordinal);
        await consumer.Time.PassPauseAsync();
        await (await peer.NextListAsync()).ListAsync("1");
        await consumer.ExpectAsync("Synced");
    }

    [Fact]
    public async Task An_outage_is_one_line_at_its_start_and_one_at_its_end()
    {
        await using var peer = await ApiPeer.StartAsync();
        var log = new LogLines();
        await using var consumer = new Consumer(peer, log: log);
        await (await peer.NextListAsync()).ListAsync("10");
        await consumer.ExpectAsync("Synced");
        for (var outage = 0; outage < 2; outage++)
        {
            for (var i = 0; i < 6; i++)
            {
                await (await peer.NextAsync()).StatusAsync(503, "ServiceUnavailable", "not today");
                await consumer.Time.PassPauseAsync();
            }

            var watch = await peer.NextWatchAsync($"{10 + outage}");
            await watch.EventAsync("ADDED", ConfigMap($"a{outage}", 11 + outage));
            await consumer.ExpectAsync($"Added a{outage}@{11 + outage}");
            watch.Abort();
            await consumer.Time.PassPauseAsync();
        }

        var lines = log.Lines.Where(line => line.Level >= LogLevel.Information).Select(line => $"{line.Level} {line.Text.Split(' ')[0]}");
        Assert.Equal(["Information Following", "Warning Lost", "Information The", "Warning Lost", "Information The"], lines);
    }
}
