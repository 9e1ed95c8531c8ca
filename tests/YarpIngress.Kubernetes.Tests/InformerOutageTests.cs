using Microsoft.Extensions.Logging;
using YarpIngress.Kubernetes.Tests.Peer;
using static YarpIngress.Kubernetes.Tests.Peer.Objects;

namespace YarpIngress.Kubernetes.Tests;

/// <summary>A server that refuses or is gone: it is asked again at its own pace, and the state stays.</summary>
public sealed class InformerOutageTests
{
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
    public async Task Server_down_at_start_then_up()
    {
        await using var peer = await ApiPeer.StartAsync();
        await peer.DownAsync();
        await using var consumer = new Consumer(peer);
        for (var i = 1; i <= 3; i++)
        {
            var failures = i;
            await Eventually.IsTrueAsync(() => consumer.Informer.Health is { Error: not null } health && health.Failures == failures);
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
        await consumer.IsWatchingAsync();

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
