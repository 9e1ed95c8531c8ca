using YarpIngress.Controller.Cache;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Problems;

/// <summary>
/// Events on objects, written by the leader only: a Warning for each problem when it appears, and a Normal <c>Sync</c>
/// when an Ingress is loaded anew, under ingress-nginx's name and words. A leader tells each thing once, whatever is listed
/// again. The next one tells the problems that there are and the Ingresses that came since the former was last seen to lead, or
/// shortly before: who died may not have got to it. Owned by the controller loop.
/// </summary>
/// <param name="recorder">Writes them.</param>
/// <param name="syncEvents">Whether a Sync is told at all.</param>
internal sealed class ObjectEvents(EventRecorder recorder, bool syncEvents)
{
    private const int MostPending = 1000;

    // The first sight of a leader after an Ingress came may be of what it did before, the second of what it did when it had not
    // heard of it yet, being a little behind. At the third it has had as long as lies between two looks at the Lease.
    private const int SightsUntilTold = 3;

    private readonly Dictionary<ObjectKey, V1Ingress> _loaded = [];

    // Ingresses that came when this replica did not lead, the last ones: maybe nobody did, as in a cluster's first minute.
    private readonly Queue<(V1Ingress Ingress, int Sights)> _pending = [];
    private readonly HashSet<Problem> _told = [];
    private readonly Dictionary<ProblemObject, string> _malformedUids = [];
    private bool _firstSynced;
    private bool _leads;
    private int _sights;

    /// <summary>Whether this replica leads changed.</summary>
    public void SetLeader(bool leads, ClusterCache cache, IEnumerable<Problem> current)
    {
        _leads = leads;
        if (!leads)
            return;
        foreach (var problem in current)
            Tell(problem, cache);
        ForgetTold();
        while (_pending.TryDequeue(out var pending))
            TellSync(pending.Ingress);
    }

    /// <summary>Another replica was seen to have led a moment ago; any thread.</summary>
    public void OtherLed() => Interlocked.Increment(ref _sights);

    /// <summary>From now on an Ingress that is loaded is news; what was there at the start is not.</summary>
    public void FirstSync() => _firstSynced = true;

    /// <summary>The problems of one object changed.</summary>
    public void Problems(ProblemChange change, ClusterCache cache)
    {
        foreach (var problem in change.Removed)
            _told.Remove(problem);
        if (change.Current.Count == 0)
            _malformedUids.Remove(change.Object);
        if (_leads)
            foreach (var problem in change.Added)
                Tell(problem, cache);
    }

    /// <summary>Remembers the UID of an object that can't be decoded: <c>kubectl describe</c> finds its Events by that.</summary>
    public void Malformed(ProblemObject about, string? uid)
    {
        if (uid is not null)
            _malformedUids[about] = uid;
    }

    /// <summary>An Ingress of ours was loaded, or something about it, maybe its status only, changed.</summary>
    public void Loaded(V1Ingress ingress)
    {
        var key = ObjectKey.Of(ingress);
        var isNews = !_loaded.TryGetValue(key, out var before) || !IsSame(before, ingress);
        _loaded[key] = ingress;
        if (!isNews || !_firstSynced || !syncEvents)
            return;
        if (_leads)
        {
            TellSync(ingress);
            return;
        }
        ForgetTold();
        if (_pending.Count == MostPending)
            _pending.Dequeue();
        _pending.Enqueue((ingress, Volatile.Read(ref _sights)));
    }

    /// <summary>An Ingress is gone or no longer ours.</summary>
    public void Removed(ObjectKey key) => _loaded.Remove(key);

    private void ForgetTold()
    {
        var sights = Volatile.Read(ref _sights);
        while (_pending.TryPeek(out var oldest) && sights - oldest.Sights >= SightsUntilTold)
            _pending.Dequeue();
    }

    private void TellSync(V1Ingress ingress) => recorder.Record(ingress, EventType.Normal, "Sync", "Scheduled for sync");

    private void Tell(Problem problem, ClusterCache cache)
    {
        if (!_told.Add(problem))
            return;
        var text = problem.Field.Length == 0 ? problem.Message : $"{problem.Field}: {problem.Message}";
        recorder.Record(ReferenceTo(problem.Object, cache), EventType.Warning, problem.Reason, text);
    }

    private V1ObjectReference ReferenceTo(ProblemObject about, ClusterCache cache)
    {
        var reference = about.Kind switch
        {
            "Ingress" when cache.Ingress(about.Key) is { } value => EventRecorder.ReferenceTo(value),
            "Service" when cache.Services.Service(about.Key) is { } value => EventRecorder.ReferenceTo(value),
            "Secret" when cache.Secret(about.Key) is { } value => EventRecorder.ReferenceTo(value),
            "ConfigMap" when ConfigMap(about.Key, cache) is { } value => EventRecorder.ReferenceTo(value),
            "EndpointSlice" when cache.Services.Slice(about.Key) is { } value => EventRecorder.ReferenceTo(value),
            "Endpoints" when cache.Services.Endpoints(about.Key) is { } value => EventRecorder.ReferenceTo(value),
            "IngressClass" when cache.Classes.Find(about.Key.Name) is { } value => EventRecorder.ReferenceTo(value),
            _ => null,
        };
        return reference ?? new V1ObjectReference
        {
            Kind = about.Kind,
            Name = about.Key.Name,
            NamespaceProperty = about.Key.Namespace.Length == 0 ? null : about.Key.Namespace,
            ApiVersion = ApiVersionOf(about.Kind),
            Uid = _malformedUids.GetValueOrDefault(about),
        };
    }

    private static V1ConfigMap? ConfigMap(ObjectKey key, ClusterCache cache) =>
        key == cache.Settings.ConfigMap ? cache.GlobalConfigMap : cache.ConfigMap(key);

    private static string ApiVersionOf(string kind) => kind switch
    {
        "Ingress" or "IngressClass" => V1Ingress.Resource.ApiVersion,
        "EndpointSlice" => V1EndpointSlice.Resource.ApiVersion,
        _ => "v1",
    };

    // The server counts a generation for every change of the spec; annotations are settings too, the status is not.
    private static bool IsSame(V1Ingress before, V1Ingress after) =>
        before.Metadata.Uid == after.Metadata.Uid
        && before.Metadata.Generation == after.Metadata.Generation
        && (after.Metadata.Generation is not null || before.Metadata.ResourceVersion == after.Metadata.ResourceVersion)
        && SameAnnotations(before.Metadata.Annotations ?? [], after.Metadata.Annotations ?? []);

    private static bool SameAnnotations(Dictionary<string, string> before, Dictionary<string, string> after) =>
        before.Count == after.Count && before.All(pair => after.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
