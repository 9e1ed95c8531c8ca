using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Kubernetes.Tests.Peer;

namespace YarpIngress.Kubernetes.Tests;

public sealed class EventRecorderTests : IAsyncDisposable
{
    private static readonly V1Ingress Shop =
        new() { Metadata = new() { Name = "shop", NamespaceProperty = "web", Uid = "u1", ResourceVersion = "7" } };

    private readonly ManualTime _time = new();
    private readonly CancellationTokenSource _stop = new();
    private ApiClient? _client;
    private Task _run = Task.CompletedTask;

    [Fact]
    public async Task Writes_an_event_as_kubectl_describe_wants_it()
    {
        await using var peer = await ApiPeer.StartAsync();
        var recorder = Start(peer);
        recorder.Record(Shop, EventType.Warning, "MissingService", "There is no Service web/cart.");

        var exchange = await peer.NextAsync();
        Assert.Equal(("POST", "/api/v1/namespaces/web/events"), (exchange.Method, exchange.Path));
        var sent = exchange.Json;
        Assert.Matches("^shop\\.[0-9a-f]{16}$", (string)sent["metadata"]!["name"]!);
        Assert.Equal("web", (string?)sent["metadata"]!["namespace"]);
        Assert.Equal(
            """{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","name":"shop","namespace":"web","uid":"u1","resourceVersion":"7"}""",
            sent["involvedObject"]!.ToJsonString());
        Assert.Equal(
            ("Warning", "MissingService", "There is no Service web/cart."),
            ((string?)sent["type"], (string?)sent["reason"], (string?)sent["message"]));
        Assert.Equal(
            (1, "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
            ((int)sent["count"]!, (string?)sent["firstTimestamp"], (string?)sent["lastTimestamp"]));
        Assert.Equal(("yarp-ingress-controller", "pod-1"), ((string?)sent["source"]!["component"], (string?)sent["source"]!["host"]));
        Assert.Equal(("yarp-ingress-controller", "pod-1"), ((string?)sent["reportingComponent"], (string?)sent["reportingInstance"]));
        await OkAsync(exchange);
    }

    [Fact]
    public async Task The_same_again_counts_up_the_first_one()
    {
        await using var peer = await ApiPeer.StartAsync();
        var recorder = Start(peer);
        recorder.Record(Shop, EventType.Normal, "Sync", "Synced.");
        var first = await peer.NextAsync();
        var name = (string)first.Json["metadata"]!["name"]!;
        await OkAsync(first);

        // Less than a request may take: the answer to the first may still be on its way.
        _time.Advance(TimeSpan.FromSeconds(20));
        recorder.Record(Shop, EventType.Normal, "Sync", "Synced.");
        var second = await peer.NextAsync();
        Assert.Equal(("PATCH", $"/api/v1/namespaces/web/events/{name}"), (second.Method, second.Path));
        Assert.Equal("""{"count":2,"lastTimestamp":"2026-03-01T12:00:20Z","message":"Synced."}""", second.Text);

        // It is gone by now: the count goes on in a new one.
        await second.StatusAsync(404, "NotFound");
        var third = await peer.NextAsync();
        Assert.Equal(("POST", 2, "2026-03-01T12:00:00Z"), (third.Method, (int)third.Json["count"]!, (string?)third.Json["firstTimestamp"]));
        await OkAsync(third);

        recorder.Record(Shop, EventType.Normal, "Sync", "Something else.");
        var other = await peer.NextAsync();
        Assert.Equal(("POST", 1), (other.Method, (int)other.Json["count"]!));
        await OkAsync(other);
    }

    [Fact]
    public async Task Events_of_cluster_scoped_objects_go_to_default()
    {
        await using var peer = await ApiPeer.StartAsync();
        var recorder = Start(peer);
        recorder.Record(new V1IngressClass { Metadata = new() { Name = "yarp" } }, EventType.Normal, "Seen", "Here.");
        var exchange = await peer.NextAsync();
        Assert.Equal("/api/v1/namespaces/default/events", exchange.Path);
        await OkAsync(exchange);
    }

    [Fact]
    public async Task Long_messages_and_names_are_cut_between_characters()
    {
        await using var peer = await ApiPeer.StartAsync();
        var recorder = Start(peer);
        recorder.Record(
            new V1ObjectReference { Kind = "Ingress", Name = new string('n', 253), NamespaceProperty = "web" },
            EventType.Normal, "Long", "x" + string.Concat(Enumerable.Repeat("😀", 400)));
        var exchange = await peer.NextAsync();
        var message = (string)exchange.Json["message"]!;
        Assert.InRange(Encoding.UTF8.GetByteCount(message), 1018, 1024);
        Assert.EndsWith("😀…", message, StringComparison.Ordinal);
        Assert.Equal(253, ((string)exchange.Json["metadata"]!["name"]!).Length);
        await OkAsync(exchange);
    }

    [Fact]
    public async Task A_server_with_trouble_gets_the_event_later()
    {
        await using var peer = await ApiPeer.StartAsync();
        var recorder = Start(peer);
        recorder.Record(Shop, EventType.Normal, "Sync", "Synced.");
        await (await peer.NextAsync()).StatusAsync(500, "InternalError");
        await _time.PassPauseAsync();
        await (await peer.NextAsync()).StatusAsync(429, "TooManyRequests", retryAfter: "9");
        Assert.Equal(TimeSpan.FromSeconds(9), await _time.PassPauseAsync());

        // The answer to a try was lost, but not the try.
        await (await peer.NextAsync()).StatusAsync(409, "AlreadyExists");
        Assert.Equal(0, recorder.Dropped);

        recorder.Record(Shop, EventType.Normal, "Sync", "Next.");
        await OkAsync(await peer.NextAsync());
    }

    [Fact]
    public async Task Refused_events_are_dropped_and_counted()
    {
        await using var peer = await ApiPeer.StartAsync();
        var recorder = Start(peer);
        recorder.Record(Shop, EventType.Normal, "Sync", "Synced.");
        await (await peer.NextAsync()).StatusAsync(403, "Forbidden", "the namespace is being terminated");
        recorder.Record(Shop, EventType.Normal, "Sync", "Next.");
        await OkAsync(await peer.NextAsync());
        Assert.Equal(1, recorder.Dropped);
    }

    [Fact]
    public async Task A_full_queue_drops_and_never_blocks()
    {
        await using var peer = await ApiPeer.StartAsync();
        var recorder = Start(peer, queue: 3);
        recorder.Record(Object("first"), EventType.Normal, "R", "m");
        var first = await peer.NextAsync();
        for (var i = 0; i < 10; i++)
            recorder.Record(Object($"o{i}"), EventType.Normal, "R", "m");
        Assert.Equal(7, recorder.Dropped);

        await OkAsync(first);
        for (var i = 0; i < 3; i++)
        {
            var exchange = await peer.NextAsync();
            Assert.Equal($"o{i}", (string?)exchange.Json["involvedObject"]!["name"]);
            await OkAsync(exchange);
        }
    }

    private static V1ObjectReference Object(string name) => new() { Kind = "Ingress", Name = name, NamespaceProperty = "web" };

    private static Task OkAsync(Exchange exchange) => exchange.AnswerAsync(201, """{"metadata":{"name":"x"}}""");

    private EventRecorder Start(ApiPeer peer, int queue = 1000)
    {
        _client = new ApiClient(peer.Config, time: _time);
        var recorder = new EventRecorder(
            _client, new EventRecorderOptions { Component = "yarp-ingress-controller", Instance = "pod-1", QueueLength = queue },
            NullLogger.Instance, _time);
        _run = recorder.RunAsync(_stop.Token);
        return recorder;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _client?.Dispose();
        _stop.Dispose();
    }
}
