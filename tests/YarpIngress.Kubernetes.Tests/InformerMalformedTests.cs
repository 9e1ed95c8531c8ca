using YarpIngress.Kubernetes.Models;
using YarpIngress.Kubernetes.Tests.Peer;
using static YarpIngress.Kubernetes.Tests.Peer.Objects;

namespace YarpIngress.Kubernetes.Tests;

public sealed class InformerMalformedTests
{
    [Fact]
    public async Task A_malformed_item_of_a_list_is_told_and_the_others_live()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1), BadConfigMap("b", 2), ConfigMap("c", 3));
        await consumer.ExpectAsync("Added a@1", "Added c@3", "Malformed b@2", "Synced");
        Assert.Equal((2, 1), (consumer.Informer.Health.Items, consumer.Informer.Health.Malformed));
    }

    [Fact]
    public async Task A_malformed_object_counts_as_absent_until_it_is_mended_or_deleted()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1), ConfigMap("b", 2));
        var watch = await peer.NextWatchAsync("10");
        await watch.EventAsync("MODIFIED", BadConfigMap("a", 11));
        await watch.EventAsync("MODIFIED", BadConfigMap("b", 12));
        await watch.EventAsync("MODIFIED", ConfigMap("a", 13));
        await watch.EventAsync("DELETED", BadConfigMap("b", 14));
        await watch.EventAsync("ADDED", BadConfigMap("c", 15));
        await consumer.ExpectAsync(
            "Added a@1", "Added b@2", "Synced", "Malformed a@11 (was 1)", "Malformed b@12 (was 2)", "Added a@13", "Deleted b@12",
            "Malformed c@15");
        Assert.Equal((1, 1), (consumer.Informer.Health.Items, consumer.Informer.Health.Malformed));
        watch.End();

        // It took part in the resumption, and a list tells it no second time.
        await (await peer.NextWatchAsync("15")).EventAsync("ERROR", Status(410, "Expired"));
        await (await peer.NextListAsync()).ListAsync("20", ConfigMap("a", 13), BadConfigMap("c", 15));
        await (await peer.NextWatchAsync("20")).EventAsync("ERROR", Status(410, "Expired"));
        await consumer.Time.PassPauseAsync();
        await (await peer.NextListAsync()).ListAsync("30", ConfigMap("a", 13));
        await consumer.ExpectAsync("Deleted c@15");
        Assert.Equal((1, 0), (consumer.Informer.Health.Items, consumer.Informer.Health.Malformed));
    }

    public static TheoryData<string> Absurd =>
    [
        "null",
        "7",
        "\"text\"",
        "[]",
        "{}",
        """{"metadata":null}""",
        """{"metadata":[]}""",
        """{"metadata":{"name":null}}""",
        """{"metadata":{"name":""}}""",
        """{"metadata":{"name":{"a":1},"namespace":7}}""",
        """{"metadata":{"name":"\ud800"}}""",
        """{"metadata":"x","data":{"a":"b"}}""",
        """{"kind":[1],"metadata":{"name":1}}""",
    ];

    [Theory]
    [MemberData(nameof(Absurd))]
    public async Task Absurd_objects_without_a_name_hurt_nobody(string item)
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        await (await peer.NextListAsync()).ListAsync("10", item, ConfigMap("a", 1));
        var watch = await peer.NextWatchAsync("10");
        await watch.EventAsync("ADDED", item);
        await watch.EventAsync("DELETED", item);
        await watch.EventAsync("ADDED", ConfigMap("b", 11));
        await consumer.ExpectAsync("Added a@1", "Malformed ?@", "Synced", "Malformed ?@", "Added b@11");
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"5","labels":[]}}""", "metadata.labels is not a map of texts")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"5","labels":{"a":1}}}""", "metadata.labels is not a map of texts")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"5","creationTimestamp":"yesterday"}}""", "metadata.creationTimestamp is not a time")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"5","generation":"many"}}""", "metadata.generation is not a whole number")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"5","finalizers":[null]}}""", "metadata.finalizers[0] is null")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"5","finalizers":["a","b",null]}}""", "metadata.finalizers[2] is null")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"5","ownerReferences":[{"name":"a"},null]}}""", "metadata.ownerReferences[1] is null")]
    [InlineData("""{"data":["s3cret"],"metadata":{"name":"x","resourceVersion":"5"}}""", "data is not a map of texts")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"5","uid":7}}""", "metadata.uid is not a text")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"5","finalizers":"a"}}""", "metadata.finalizers is not a list")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"5","ownerReferences":[{"controller":"yes"}]}}""", "metadata.ownerReferences[0].controller is not true or false")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"5","ownerReferences":[7]}}""", "metadata.ownerReferences[0] is not")]
    public async Task The_error_names_the_field_and_never_the_value(string item, string expected)
    {
        MalformedObject? malformed = null;
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer, also: change => malformed = change.Malformed ?? malformed);
        await (await peer.NextListAsync()).ListAsync("10", item);
        await consumer.ExpectAsync("Malformed x@5", "Synced");
        Assert.Contains(expected, malformed!.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", malformed.Error, StringComparison.Ordinal);
        Assert.Equal(("ConfigMap", "x"), (malformed.Kind, malformed.Key?.Name));
    }

    [Fact]
    public async Task Nesting_beyond_reason_stays_with_its_object()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer);
        var deep = $$"""{"metadata":{"name":"deep","resourceVersion":"5"},"data":{{string.Concat(Enumerable.Repeat("{\"a\":", 5000))}}1{{new string('}', 5000)}}}""";
        await (await peer.NextListAsync()).ListAsync("10", deep, ConfigMap("a", 1));
        var watch = await peer.NextWatchAsync("10");
        await watch.EventAsync("MODIFIED", deep.Replace("\"5\"", "\"11\"", StringComparison.Ordinal));
        await watch.EventAsync("ADDED", ConfigMap("b", 12));
        await consumer.ExpectAsync("Added a@1", "Malformed deep@5", "Synced", "Malformed deep@11", "Added b@12");
    }

    [Fact]
    public async Task Fields_that_the_model_does_not_know_are_passed_over_whatever_they_hold()
    {
        V1ConfigMap? seen = null;
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer, also: change => seen = change.Object ?? seen);
        var managed = string.Concat(Enumerable.Repeat("{\"f:a\":", 30)) + "{}" + new string('}', 30);
        var item = $$$"""{"metadata":{"managedFields":[{"fieldsV1":{{{managed}}}},null],"name":"a","namespace":"default","resourceVersion":"1"},"binaryData":{"x":"AA=="},"new":null,"data":{"k":"v","n":null}}""";
        await (await peer.NextListAsync()).ListAsync("10", item);
        await consumer.ExpectAsync("Added a@1", "Synced");
        Assert.Equal([new("k", "v"), new("n", "")], seen!.Data!);
    }

    [Fact]
    public async Task A_trim_that_fails_makes_one_object_malformed()
    {
        await using var peer = await ApiPeer.StartAsync();
        await using var consumer = new Consumer(peer, options: new InformerOptions<V1ConfigMap>
        {
            Trim = map => map.Metadata.Name == "a" ? throw new FormatException("not for me") : map,
        });
        await (await peer.NextListAsync()).ListAsync("10", ConfigMap("a", 1), ConfigMap("b", 2));
        await consumer.ExpectAsync("Malformed a@1", "Added b@2", "Synced");
    }
}
