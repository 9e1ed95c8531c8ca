using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation;

namespace YarpIngress.Tests.Controller;

public sealed class EventTests
{
    [Fact]
    public async Task Loading_an_Ingress_is_a_Sync_and_its_problem_a_Warning_each_once()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyIngressAsync("before", "before.example", "missing");
        await bed.StartReadyControllerAsync(o => o with { PublishStatusAddresses = ["10.0.0.1"] });
        await bed.ApplyIngressAsync("web", "a.example", "missing");
        await Wait.UntilAsync(async () => (await bed.EventsAsync("Ingress", "web")).Count == 2, "events");
        // The status that is written meanwhile is no news.
        await Wait.UntilAsync(async () => await bed.StatusAsync("web") == "10.0.0.1", "status");
        bed.Server.DropWatches();
        await bed.ApplyIngressAsync("marker", "b.example", "missing");
        await Wait.UntilAsync(async () => (await bed.EventsAsync("Ingress", "marker")).Count == 2, "events of the marker");

        var events = await bed.EventsAsync("Ingress", "web");
        Assert.Equal(2, events.Count);
        Assert.All(events, item => Assert.Equal(1, item.Count));
        Assert.All(events, item => Assert.False(string.IsNullOrEmpty(item.InvolvedObject?.Uid)));
        Assert.Contains(events, item => item is { Type: "Normal", Reason: "Sync", Message: "Scheduled for sync" });
        var problem = Assert.Single(events, item => item.Type == "Warning");
        Assert.Equal("ServiceNotFound", problem.Reason);
        Assert.StartsWith("spec.rules[0].http.paths[0].backend", problem.Message);

        // What was there at the start was not loaded anew, but what is wrong with it is told.
        Assert.Equal("Warning", Assert.Single(await bed.EventsAsync("Ingress", "before")).Type);
    }

    [Fact]
    public async Task Sync_events_can_be_turned_off()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.StartReadyControllerAsync(o => o with { DisableSyncEvents = true });
        await bed.ApplyIngressAsync("web", "a.example", "missing");
        await Wait.UntilAsync(async () => (await bed.EventsAsync("Ingress", "web")).Count > 0, "event");
        Assert.Equal("Warning", Assert.Single(await bed.EventsAsync("Ingress", "web")).Type);
    }

    [Fact]
    public async Task What_was_loaded_while_nobody_led_is_told_by_the_next_leader_even_if_it_led_before()
    {
        await using var bed = await TestBed.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var recorder = new EventRecorder(bed.Api, new() { Component = "test" }, NullLogger.Instance);
        var running = Task.Run(() => recorder.RunAsync(stop.Token), stop.Token);
        var events = new ObjectEvents(recorder, syncEvents: true);
        var cache = new ClusterCache(new TranslationSettings());
        events.FirstSync();
        events.SetLeader(true, cache, []);
        events.SetLeader(false, cache, []);

        events.Loaded(await IngressAsync("told-by-another"));
        events.OtherLed();
        events.Loaded(await IngressAsync("maybe-told"));
        events.OtherLed();
        events.OtherLed();
        events.Loaded(await IngressAsync("told-by-nobody"));
        events.SetLeader(true, cache, []);
        events.Loaded(await IngressAsync("marker"));

        await Wait.UntilAsync(async () => (await bed.EventsAsync("Ingress", "marker")).Count == 1, "event of the marker");
        Assert.Equal("Sync", Assert.Single(await bed.EventsAsync("Ingress", "told-by-nobody")).Reason);
        // Who led may have been a little behind when it was last seen to do so.
        Assert.Equal("Sync", Assert.Single(await bed.EventsAsync("Ingress", "maybe-told")).Reason);
        Assert.Empty(await bed.EventsAsync("Ingress", "told-by-another"));
        await stop.CancelAsync();
        await running;

        async Task<V1Ingress> IngressAsync(string name)
        {
            await bed.ApplyIngressAsync(name, $"{name}.example", "web");
            return await bed.Api.GetAsync<V1Ingress>("default", name, TestContext.Current.CancellationToken);
        }
    }
}
