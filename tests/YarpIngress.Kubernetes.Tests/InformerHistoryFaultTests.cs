using YarpIngress.Kubernetes.Tests.Peer;
using static YarpIngress.Kubernetes.Tests.Peer.Objects;

namespace YarpIngress.Kubernetes.Tests;

/// <summary>A server whose versions can not be relied on: what it says now is the truth.</summary>
public sealed class InformerHistoryFaultTests
{
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
        var lost = await peer.NextWatchAsync("1000");
        await consumer.IsWatchingAsync();
        lost.Abort();
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
}
