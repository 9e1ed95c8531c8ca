using YarpIngress.Kubernetes.Tests.Peer;
using static YarpIngress.Kubernetes.Tests.Peer.Objects;

namespace YarpIngress.Kubernetes.Tests;

/// <summary>What can go wrong in a watch: the consumer is told exactly what changed.</summary>
public sealed class InformerStreamFaultTests
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

    [Fact]
    public async Task A_watch_that_stays_silent_beyond_its_time_is_left_and_resumed()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1));
        await consumer.ExpectAsync("Added a@1", "Synced");
        var silent = await peer.NextWatchAsync("10");
        await consumer.IsWatchingAsync();

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
}
