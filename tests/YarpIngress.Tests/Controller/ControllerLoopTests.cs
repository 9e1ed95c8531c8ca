using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Controller;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Following;
using YarpIngress.Controller.Problems;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Observability;
using YarpIngress.Options;
using YarpIngress.Pipeline;
using YarpIngress.Proxy;
using YarpIngress.Tests.Observability;
using YarpIngress.Translation.Ingress.References;

namespace YarpIngress.Tests.Controller;

public sealed class ControllerLoopTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ApiClient _api = new(new ClusterConfig { Server = new Uri("http://127.0.0.1:1") });
    private readonly TrafficServer _traffic;
    private readonly ClusterCache _cache;
    private readonly ControllerMetrics _metrics = new(new ControllerOptions());
    private readonly DataPlane _dataPlane;
    private readonly ControllerLoop _loop;
    private readonly ClusterTranslation _translation;
    private Task _running = Task.CompletedTask;

    public ControllerLoopTests()
    {
        var options = new ControllerOptions { IngressClassByName = true };
        _traffic = TrafficServer.Build(options.DataPlane(), _ => { });
        _dataPlane = _traffic.Services.GetRequiredService<DataPlane>();
        _cache = new ClusterCache(options.Translation());
        _cache.SetClassesReadable(false);
        _translation = new ClusterTranslation(_cache, TimeProvider.System);
        var events = new ObjectEvents(
            new EventRecorder(_api, new() { Component = "test" }, NullLogger.Instance), syncEvents: false);
        var reports = new ControllerReports(new ProblemLog(_metrics, NullLogger<ProblemLog>.Instance), new LiveObjects(), events, null);
        _loop = new ControllerLoop(
            _cache, _translation, new ModelPublisher(_dataPlane, _metrics, NullLogger<ModelPublisher>.Instance), reports, _metrics,
            NullLogger<ControllerLoop>.Instance, TimeProvider.System);
    }

    [Fact]
    public async Task Nothing_is_published_before_everything_was_listed()
    {
        _loop.AwaitSync("ingresses");
        _loop.AwaitSync("services");
        Run();
        Set(Ingress("a"));
        _loop.MarkSynced("ingresses");
        await Wait.UntilAsync(() => _loop.WaitingFor is ["services"], "first list taken");
        Assert.False(_loop.Synced.IsCompleted);
        Assert.Equal(0, _dataPlane.Routes.Count);

        _loop.MarkSynced("services");
        await _loop.Synced.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.NotNull(_dataPlane.Routes.Get("a.example"));
    }

    [Fact]
    public async Task More_objects_than_a_batch_holds_may_come_before_the_first_sync()
    {
        _loop.AwaitSync("ingresses");
        Run();
        for (var count = 0; count < 50_000; count++)
            Set(Ingress("a"));
        _loop.MarkSynced("ingresses");

        await _loop.Synced.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.NotNull(_dataPlane.Routes.Get("a.example"));
    }

    [Fact]
    public async Task A_change_that_fails_concerns_its_object_alone()
    {
        Run();
        Set(Ingress("a"));
        _loop.Post("Ingress", new ObjectKey("default", "bad"), _ => throw new InvalidOperationException("bug"));
        Set(Ingress("b"));
        // One batch may have both, whose hosts go live one by one in any order.
        foreach (var host in (string[])["b.example", "a.example"])
            await Wait.UntilAsync(() => _dataPlane.Routes.Get(host) is not null, host);
        await Wait.UntilAsync(() => _metrics.ApplyFailures.Value == 1, "failure counted");
        await Wait.UntilAsync(
            async () => (await _metrics.Registry.TextAsync()).Contains("reason=\"InvalidObject\""), "problem counted");
        Assert.False(_running.IsCompleted);
    }

    [Fact]
    public async Task A_change_is_taken_back_when_its_object_is()
    {
        Run();
        Set(Ingress("a"));
        await Wait.UntilAsync(() => _dataPlane.Routes.Get("a.example") is not null, "host");
        _loop.Post("Ingress", new ObjectKey("default", "a"), cache => cache.RemoveIngress(new ObjectKey("default", "a")));
        await Wait.UntilAsync(() => _dataPlane.Routes.Get("a.example") is null, "host gone");
        await Wait.UntilAsync(() => Enumerable.Range(0, 17).Sum(_metrics.LiveDelay.Count) > 0, "delay observed");
    }

    [Fact]
    public async Task Removing_every_object_leaves_nothing()
    {
        const int Many = 2000;
        Run();
        for (var i = 0; i < Many; i++)
        {
            var ingress = Ingress($"a{i}");
            ingress.Spec!.Rules![0].Http!.Paths![0].Backend!.Service!.Name = $"missing-{i}";
            ingress.Spec.Tls = [new() { Hosts = [$"a{i}.example"], SecretName = $"garbage-{i}" }];
            Set(ingress);
            var secret = new V1Secret { Metadata = new() { Name = $"garbage-{i}", NamespaceProperty = "default" }, Type = "kubernetes.io/tls" };
            _loop.Post("Secret", ObjectKey.Of(secret), cache => cache.Set(secret));
        }
        await Wait.UntilAsync(() => _dataPlane.Routes.Count == Many, "hosts");

        for (var i = 0; i < Many; i++)
        {
            foreach (var (kind, name) in (IEnumerable<(string, string)>)[("Ingress", $"a{i}"), ("Secret", $"garbage-{i}")])
                _loop.Post(kind, new ObjectKey("default", name), cache => cache.Remove(kind, new ObjectKey("default", name)));
        }
        await Wait.UntilAsync(() => _dataPlane.Routes.Count == 0, "hosts gone");
        var left = await _loop.ReadAsync(
            () => (
                _cache.Ingresses.Count, _cache.Selected.Keys.Count, _cache.ReferencedSecrets.Count(), _translation.Hosts.Count,
                _translation.Backends.Count, _translation.Certificates.Count, _translation.Problems.All.Count()),
            TestContext.Current.CancellationToken).WaitAsync(Wait.Deadline, TestContext.Current.CancellationToken);
        Assert.Equal((0, 0, 0, 0, 0, 0, 0), left);
        Assert.Equal(0, _traffic.Services.GetRequiredService<BackendTable>().Count);
    }

    [Fact]
    public void A_Secret_that_is_missing_is_asked_for_once_at_a_time()
    {
        var secrets = new ReferencedObjects(
            _api, _loop, new FollowedObjects(_api, _loop, NullLogger<FollowedObjects>.Instance, TimeProvider.System),
            NullLogger<ReferencedObjects>.Instance, TimeProvider.System);
        for (var change = 0; change < 1000; change++)
            for (var name = 0; name < 10; name++)
                secrets.Want(new NamedObject(NamedKind.Secret, new ObjectKey("default", $"missing-{name}")));
        Assert.Equal(10, secrets.Waiting);
    }

    [Fact]
    public async Task No_more_objects_are_watched_one_by_one_than_are_allowed_and_all_watches_end()
    {
        var followed = new FollowedObjects(_api, _loop, NullLogger<FollowedObjects>.Instance, TimeProvider.System, most: 2);
        var objects = Enumerable.Range(0, 3).Select(i => new NamedObject(NamedKind.Secret, new ObjectKey("default", $"named-{i}"))).ToArray();
        foreach (var value in objects)
            followed.Follow(value);
        followed.Follow(objects[0]);
        Assert.Equal((2, true, false), (followed.Count, followed.Follows(objects[0]), followed.Follows(objects[2])));
        followed.Leave(objects[0]);
        followed.Follow(objects[2]);
        followed.Keep(new HashSet<NamedObject> { objects[2] });
        Assert.Equal((1, true), (followed.Count, followed.Follows(objects[2])));
        await followed.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        followed.Follow(objects[0]);
        Assert.Equal(0, followed.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _api.Dispose();
        await _traffic.DisposeAsync();
    }

    private void Run() => _running = Task.Run(() => _loop.RunAsync(_stop.Token));

    private void Set(V1Ingress ingress) => _loop.Post("Ingress", ObjectKey.Of(ingress), cache => cache.Set(ingress));

    private static V1Ingress Ingress(string name) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "default" },
        Spec = new()
        {
            IngressClassName = "yarp",
            Rules =
            [
                new()
                {
                    Host = name + ".example",
                    Http = new() { Paths = [new() { Path = "/", PathType = "Prefix", Backend = new() { Service = new() { Name = "web", Port = new() { Number = 80 } } } }] },
                },
            ],
        },
    };
}
