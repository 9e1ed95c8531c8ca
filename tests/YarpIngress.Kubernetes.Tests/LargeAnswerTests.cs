using System.Text;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Kubernetes.Tests.Peer;
using static YarpIngress.Kubernetes.Tests.Peer.Objects;

namespace YarpIngress.Kubernetes.Tests;

/// <summary>Sizes that real clusters reach.</summary>
public sealed class LargeAnswerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Objects_of_more_than_a_megabyte_in_lists_and_watches()
    {
        var sizes = new List<int>();
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer, also: change => sizes.Add(change.Object?.Data?["key"].Length ?? 0));
        var large = new string('x', 3_000_000);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1), ConfigMap("b", 2, value: large), ConfigMap("c", 3));
        var watch = await peer.NextWatchAsync("10");
        await watch.EventAsync("MODIFIED", ConfigMap("c", 11, value: large));
        await watch.EventAsync("MODIFIED", ConfigMap("a", 12));
        await consumer.ExpectAsync("Added a@1", "Added b@2", "Added c@3", "Synced", "Modified c@11 (was 3)", "Modified a@12 (was 1)");
        Assert.Equal([1, large.Length, 1, 0, large.Length, 1], sizes);
    }

    [Fact]
    public async Task Twenty_thousand_objects_in_pages()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config);
        var list = client.ListAllAsync<V1ConfigMap>(null, null, Cancelled);
        for (var page = 0; page < 40; page++)
        {
            var exchange = await peer.NextListAsync();
            Assert.Equal("500", exchange.Query("limit"));
            var items = Enumerable.Range(page * 500, 500).Select(i => ConfigMap($"map-{i}", i + 1)).ToArray();
            await exchange.AnswerAsync(200, List("20000", page == 39 ? null : $"page-{page + 1}", items));
        }

        var all = await list;
        Assert.Equal(20_000, all.Items.Count);
        Assert.Equal(20_000, all.Items.Select(item => item.Metadata.Name).Distinct().Count());

        // Not one string for each of them.
        var namespaces = new HashSet<object>(
            all.Items.Select(item => item.Metadata.NamespaceProperty!), ReferenceEqualityComparer.Instance);
        Assert.InRange(namespaces.Count, 1, 1000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Any_cut_of_the_stream_reads_the_same(int chunk)
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config);
        var text = """{ "metadata" : {"selfLink":"","resourceVersion":"1é"},"other":[{"items":[1]}], "items":[ """
            + ConfigMap("ä", 1, value: "\\u00e9 \\\"]}") + " , " + BadConfigMap("b", 2) + "\n,\t" + ConfigMap("c", 3) + """ ], "kind" : "ConfigMapList"} """;
        var bytes = Encoding.UTF8.GetBytes(text);
        var list = client.ListAsync<V1ConfigMap>(null, null, Cancelled);
        var exchange = await peer.NextAsync();
        await exchange.BeginAsync();
        for (var at = 0; at < bytes.Length; at += chunk)
        {
            await exchange.Context.Response.Body.WriteAsync(bytes.AsMemory(at, Math.Min(chunk, bytes.Length - at)), Cancelled);
            await exchange.Context.Response.Body.FlushAsync(Cancelled);
        }

        exchange.End();
        var result = await list;
        Assert.Equal(["ä", "c"], result.Items.Select(item => item.Metadata.Name));
        Assert.Equal("é \"]}", result.Items[0].Data!["key"]);
        Assert.Equal(("1é", "b"), (result.ResourceVersion, result.Malformed.Single().Key?.Name));
    }
}
