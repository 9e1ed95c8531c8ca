using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiStoreTests
{
    [Fact]
    public async Task A_reader_that_falls_out_of_the_bounded_history_is_told_so()
    {
        var store = new ObjectStore(historyLimit: 10);
        var start = store.Revision;
        for (var i = 0; i < 10; i++)
            Insert(store, $"c{i}");
        Assert.Equal(10, (await ReadAsync(store, start))!.Events.Count);
        Insert(store, "one-more");
        Assert.Null(await ReadAsync(store, start));
        Assert.False(store.CanWatchFrom(ResourceCatalog.ConfigMaps, start, out _));
        Assert.Null(store.SnapshotAt(ResourceCatalog.ConfigMaps, start));
    }

    [Fact]
    public async Task The_bytes_of_the_history_are_bounded_too()
    {
        var store = new ObjectStore(historyBytes: 10_000);
        var start = store.Revision;
        for (var i = 0; i < 20; i++)
            Insert(store, $"c{i}", new string('x', 1000));
        Assert.Null(await ReadAsync(store, start));
    }

    [Fact]
    public void A_snapshot_of_the_past_undoes_every_kind_of_change()
    {
        var store = new ObjectStore();
        var a = Insert(store, "a");
        var b = Insert(store, "b");
        var then = store.Revision;
        Insert(store, "c");
        store.Replace(a, Value("a", "changed"));
        store.Remove(b);
        var snapshot = store.SnapshotAt(ResourceCatalog.ConfigMaps, then)!.Value;
        Assert.Equal([a, b], snapshot.Objects.ToList());
        Assert.Equal(["default/a", "default/c"], store.Snapshot(ResourceCatalog.ConfigMaps).Objects.Select(o => o.Key));
    }

    [Fact]
    public void Only_the_first_of_two_writers_wins()
    {
        var store = new ObjectStore();
        var a = Insert(store, "a");
        Assert.NotNull(store.Replace(a, Value("a", "1")));
        Assert.Null(store.Replace(a, Value("a", "2")));
        Assert.Null(store.Remove(a));
        Assert.Null(store.Insert(ResourceCatalog.ConfigMaps, Value("a", "3")));
    }

    private static StoredObject Insert(ObjectStore store, string name, string value = "1") =>
        store.Insert(ResourceCatalog.ConfigMaps, Value(name, value)) ?? throw new InvalidOperationException($"{name} is there already.");

    private static JsonObject Value(string name, string value) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["uid"] = Guid.NewGuid().ToString() },
        ["data"] = new JsonObject { ["key"] = value },
    };

    private static ValueTask<StoreChanges?> ReadAsync(ObjectStore store, long after) =>
        store.ReadAsync(
            ResourceCatalog.ConfigMaps, after, 100, TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
}
