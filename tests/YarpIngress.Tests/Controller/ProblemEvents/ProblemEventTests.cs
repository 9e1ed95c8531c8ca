using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.Translation;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Controller.ProblemEvents;

/// <summary>Whatever is wrong is an Event that <c>kubectl describe</c> shows: one case for every reason that there is.</summary>
public sealed class ProblemEventTests(ProblemCluster cluster) : IClassFixture<ProblemCluster>
{
    // No object that a test could write brings it about, or it would be fixed.
    private const string Fault = ProblemReasons.InternalError;

    /// <summary>All reasons, from the list that is documented.</summary>
    public static TheoryData<string> Reasons =>
    [
        .. typeof(ProblemReasons).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(constant => (string)constant.GetRawConstantValue()!).Where(reason => reason != Fault),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task Every_reason_is_an_Event_on_its_object(string reason)
    {
        Assert.True(
            ProblemCases.Taken.ContainsKey(reason) || ProblemCases.Stored.ContainsKey(reason), $"ProblemCases has no object with {reason}");
        var found = await Wait.ForAsync(
            async () => (await cluster.EventsAsync(reason)).FirstOrDefault(item => item.InvolvedObject?.Name == ProblemCases.NameOf(reason)),
            one => one is not null,
            $"Event {reason} on {ProblemCases.NameOf(reason)}");
        Assert.Equal("Warning", found!.Type);
        Assert.Equal(1, found.Count);
        Assert.False(string.IsNullOrWhiteSpace(found.Message));
        Assert.False(string.IsNullOrEmpty(found.InvolvedObject?.Uid), "kubectl describe finds Events by UID");
    }

    [Fact]
    public async Task A_fault_of_the_controller_is_an_Event_too()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyIngressAsync("web", "web.example", "web");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var recorder = new EventRecorder(
            bed.Api, new() { Component = "test", Instance = "test" }, NullLogger<EventRecorder>.Instance, TimeProvider.System);
        var running = Task.Run(() => recorder.RunAsync(stop.Token), Ct);
        var cache = new ClusterCache(new TranslationSettings());
        cache.Set(await bed.Api.GetAsync<V1Ingress>("default", "web", Ct));
        var problem = new Problem
        {
            Object = new ProblemObject("Ingress", new ObjectKey("default", "web")),
            Reason = Fault,
            Severity = ProblemSeverity.Error,
            Message = "this is a fault of the controller, please report it",
        };
        new ObjectEvents(recorder, syncEvents: true).SetLeader(true, cache, [problem]);
        var events = await Wait.ForAsync(() => bed.EventsAsync("Ingress", "web"), events => events.Count > 0, "Event");
        Assert.Equal((Fault, "Warning", problem.Message), (events[0].Reason, events[0].Type, events[0].Message));
        await stop.CancelAsync();
        await running;
    }
}

/// <summary>A controller among the objects of <see cref="ProblemCases"/>.</summary>
public sealed class ProblemCluster : IAsyncLifetime
{
    private TestBed? _bed;

    public async ValueTask InitializeAsync()
    {
        _bed = await TestBed.StartAsync();
        await _bed.ApplyAsync(ProblemCases.Settings);
        await _bed.ApplyAsync(ProblemCases.Ports(taken: _bed.Server.Port));
        foreach (var yaml in ProblemCases.Taken.Values)
            await _bed.ApplyAsync(yaml);
        foreach (var document in ProblemCases.Stored.Values.SelectMany(yaml => ManifestReader.ReadText(yaml)))
        {
            var resource = ResourceCatalog.FindKind((string)document.Object["apiVersion"]!, (string)document.Object["kind"]!)!;
            document.Object["metadata"]!["uid"] = Guid.NewGuid().ToString();
            _bed.Server.Operations.Store.Insert(resource, document.Object);
        }

        await _bed.StartReadyControllerAsync(options => options with
        {
            ConfigMap = new ObjectKey("default", "global"),
            TcpServicesConfigMap = new ObjectKey("default", "ports"),
            DisableCatchAll = true,
            DisableExternalName = true,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_bed is not null)
            await _bed.DisposeAsync();
    }

    internal async Task<IReadOnlyList<Corev1Event>> EventsAsync(string reason)
    {
        var query = new ListQuery { FieldSelector = $"reason={reason}" };
        return [.. (await _bed!.Api.ListAllAsync<Corev1Event>(null, query, TestContext.Current.CancellationToken)).Items];
    }
}
