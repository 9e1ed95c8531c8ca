using YarpIngress.Kubernetes.Models;
using YarpIngress.Kubernetes.Tests.Peer;
using static YarpIngress.Kubernetes.Tests.Peer.Objects;

namespace YarpIngress.Kubernetes.Tests;

public sealed class InformerTests
{
    [Fact]
    public async Task Lists_then_watches_and_tells_every_change_once()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);

        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 3), ConfigMap("b", 7));
        await consumer.ExpectAsync("Added a@3", "Added b@7", "Synced");

        var watch = await peer.NextWatchAsync("10");
        await watch.EventAsync("ADDED", ConfigMap("c", 11));
        await watch.EventAsync("MODIFIED", ConfigMap("a", 12));
        await watch.EventAsync("DELETED", ConfigMap("b", 13));
        await consumer.ExpectAsync("Added c@11", "Modified a@12 (was 3)", "Deleted b@13 (was 7)");

        Assert.True(consumer.Informer.HasSynced);
        await Eventually.IsTrueAsync(() => consumer.Informer.Health.Items == 2);
        Assert.True(consumer.Informer.Health.IsConnected);
        Assert.Equal(0, consumer.Informer.Health.Failures);
    }

    [Fact]
    public async Task Asks_for_pages_selectors_bookmarks_and_an_end()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer, options: new InformerOptions<V1ConfigMap>
        {
            Namespace = "web",
            LabelSelector = "app=a,b!=c",
            FieldSelector = "metadata.name=x",
            PageSize = 2,
        });

        var first = await peer.NextListAsync();
        Assert.Equal("/api/v1/namespaces/web/configmaps", first.Path);
        Assert.Equal(("2", null, "app=a,b!=c", "metadata.name=x", null),
            (
                first.Query("limit"), first.Query("continue"), first.Query("labelSelector"), first.Query("fieldSelector"),
                first.Query("resourceVersion")));
        await first.PageAsync("10", "next/+=", ConfigMap("a", 1), ConfigMap("b", 2));

        var second = await peer.NextListAsync();
        Assert.Equal("next/+=", second.Query("continue"));
        Assert.Equal("app=a,b!=c", second.Query("labelSelector"));
        await second.ListAsync("10", ConfigMap("c", 3));

        var watch = await peer.NextWatchAsync("10");
        Assert.Equal(("true", "app=a,b!=c", "metadata.name=x"),
            (watch.Query("allowWatchBookmarks"), watch.Query("labelSelector"), watch.Query("fieldSelector")));
        Assert.InRange(int.Parse(watch.Query("timeoutSeconds")!), 300, 600);
        await consumer.ExpectAsync("Added a@1", "Added b@2", "Added c@3", "Synced");
    }

    [Fact]
    public async Task Resumes_where_it_was_when_the_server_ends_the_watch()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10");

        var first = await peer.NextWatchAsync("10");
        await first.EventAsync("ADDED", ConfigMap("a", 15));
        first.End();

        var second = await peer.NextWatchAsync("15");
        await second.EventAsync("MODIFIED", ConfigMap("a", 16));
        await consumer.ExpectAsync("Synced", "Added a@15", "Modified a@16 (was 15)");
        Assert.Equal((1, 2), (consumer.Informer.Health.Lists, consumer.Informer.Health.Watches));
        Assert.Equal(0, consumer.Informer.Health.Failures);
    }

    [Fact]
    public async Task Bookmarks_move_the_point_of_resumption()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 3));

        var first = await peer.NextWatchAsync("10");
        await first.EventAsync("BOOKMARK", Bookmark("500"));
        first.End();

        await peer.NextWatchAsync("500");
        await consumer.ExpectAsync("Added a@3", "Synced");
        consumer.ExpectNothingMore();
    }

    [Fact]
    public async Task A_watch_that_ends_at_once_every_time_is_not_asked_for_in_a_tight_loop()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10");

        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 8; i++)
        {
            (await peer.NextWatchAsync("10")).End();
            pauses.Add(await consumer.Time.PassPauseAsync());
        }

        Assert.InRange(pauses[0], TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.8));
        Assert.InRange(pauses[7], TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Trims_before_it_keeps()
    {
        V1ConfigMap? seen = null;
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(
            peer,
            options: new InformerOptions<V1ConfigMap>
            {
                Trim = map =>
                {
                    map.Data = null;
                    return map;
                },
            },
            also: change => seen = change.Object ?? seen);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 3));
        await consumer.ExpectAsync("Added a@3", "Synced");
        Assert.Null(seen!.Data);
        Assert.Equal(("v1", "ConfigMap"), (seen.ApiVersion, seen.Kind));
    }

    [Fact]
    public async Task A_consumer_that_fails_on_one_object_gets_the_others()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer, also: change =>
        {
            if (change.Key?.Name == "a")
                throw new InvalidOperationException("a fault of the consumer");
        });
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 3), ConfigMap("b", 4));
        await consumer.ExpectAsync("Added a@3", "Added b@4", "Synced");
        var watch = await peer.NextWatchAsync("10");
        await watch.EventAsync("MODIFIED", ConfigMap("a", 11));
        await watch.EventAsync("MODIFIED", ConfigMap("b", 12));
        await consumer.ExpectAsync("Modified a@11 (was 3)", "Modified b@12 (was 4)");
    }

    [Fact]
    public async Task Whoever_is_told_of_a_change_finds_it_counted()
    {
        Informer<V1ConfigMap>? informer = null;
        var counts = new List<(int Items, int Malformed)>();
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer, also: _ =>
        {
            var health = informer!.Health;
            counts.Add((health.Items, health.Malformed));
        });
        informer = consumer.Informer;
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1), ConfigMap("b", 2), BadConfigMap("c", 3));
        var watch = await peer.NextWatchAsync("10");
        await watch.EventAsync("DELETED", ConfigMap("a", 11));
        await watch.EventAsync("MODIFIED", BadConfigMap("b", 12));
        await watch.EventAsync("MODIFIED", ConfigMap("c", 13));
        await consumer.ExpectAsync(
            "Added a@1", "Added b@2", "Malformed c@3", "Synced", "Deleted a@11 (was 1)", "Malformed b@12 (was 2)", "Added c@13");
        Assert.Equal([(1, 0), (2, 0), (2, 1), (2, 1), (1, 1), (0, 2), (1, 1)], counts);
    }

    [Fact]
    public async Task Ends_when_cancelled_in_the_middle_of_anything()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using (new Consumer(peer))
            await peer.NextListAsync();

        await using (var consumer = new Consumer(peer))
        {
            await (await peer.NextListAsync()).ListAsync("10");
            await (await peer.NextWatchAsync("10")).SendAsync("""{"type":"ADDED","obj""");
            await consumer.ExpectAsync("Synced");
        }

        await using (var consumer = new Consumer(peer))
        {
            await (await peer.NextListAsync()).StatusAsync(500, "InternalError");
            await Eventually.IsTrueAsync(() => consumer.Informer.Health.Failures == 1);
        }
    }
}
