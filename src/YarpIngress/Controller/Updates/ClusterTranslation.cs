using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Observability;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Controller.Updates;

/// <summary>
/// Translates the dirty units of a <see cref="ClusterCache"/> and keeps the results, so that only what really came out
/// different is passed on. Not thread-safe: the loop that owns the cache owns this too.
/// </summary>
internal sealed partial class ClusterTranslation(ClusterCache cache, TimeProvider time)
{
    private readonly Dictionary<ObjectKey, CertificateTranslation> _certificates = [];
    private readonly Dictionary<ObjectKey, SubjectNames> _subjectNames = [];
    private readonly Dictionary<ObjectKey, ResolvedPolicies> _resolved = [];
    private readonly NamedObjectLookup _named = new(cache.ConfigMap, cache.Secret);
    private readonly HashSet<ObjectKey> _ingresses = [];
    private RoutePolicies _defaultPolicies = RoutePolicies.None;
    private readonly HashSet<ProblemSource> _failed = [];
    private readonly ProblemBook _problems = new();
    private readonly CertificateClock _clock = new();

    /// <summary>Every current problem.</summary>
    public ProblemBook Problems => _problems;

    /// <summary>The translation of every Secret that is referred to and exists.</summary>
    public IReadOnlyDictionary<ObjectKey, CertificateTranslation> Certificates => _certificates;

    /// <summary>The global settings.</summary>
    public GlobalSettings GlobalSettings { get; private set; } = new();

    /// <summary>Told of every unit whose translation failed unexpectedly.</summary>
    public Action<ProblemSource, Exception>? OnFailure { get; set; }

    /// <summary>When a certificate next becomes valid or expires, which changes problems without any change of an object.</summary>
    public DateTime? NextDue => _clock.Next;

    /// <summary>Whether <see cref="Drain"/> has something to do.</summary>
    public bool IsDirty => cache.Dirty.Any || cache.DirtyMalformed.Count > 0 || _clock.Next <= time.GetUtcNow().UtcDateTime;

    /// <summary>Translates what is dirty, and counts it where somebody wants to know.</summary>
    public ModelChange Drain(UnitCounts? counts = null)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var dirty = cache.Dirty;
        var draft = new ModelDraft();
        foreach (var secret in _clock.Due(now))
            MarkUsers(secret, hosts: false);
        foreach (var key in dirty.Ingresses)
            _subjectNames.Remove(key);
        TranslateGlobalSettings(draft);
        foreach (var key in dirty.Ingresses)
            _resolved.Remove(key);
        foreach (var key in dirty.Resolutions)
            Guard(new("policies", key.ToString()), () => Resolve(key), () => [new("Ingress", key)]);
        TranslateDefaultBackend(draft);
        foreach (var secret in dirty.Certificates)
            Guard(new("certificate", secret.ToString()), () => TranslateCertificate(secret, now, draft), () => [new("Secret", secret)]);
        TranslateBackends(draft);
        foreach (var host in HostsInOrder(dirty))
            Guard(
                new("host", host), () => TranslateHost(host, draft),
                () => cache.Selected.OfHost(host).Select(ingress => ingress.ProblemObject));
        // Those of canaries: only the hosts' translation tells how their Services are talked to.
        TranslateBackends(draft);
        foreach (var key in dirty.Ingresses)
            Guard(new("ingress", key.ToString()), () => TranslateIngress(key, draft), () => [new("Ingress", key)]);
        foreach (var key in dirty.References)
            Guard(new("references", key.ToString()), () => TranslateReferences(key, now), () => [new("Ingress", key)]);
        TranslateStreams(dirty, draft);
        foreach (var about in cache.DirtyMalformed)
            _problems.Replace(new ProblemSource("malformed", about.ToString()), cache.Malformed(about) is { } problem ? [problem] : []);

        counts?.Add(dirty);
        dirty.Clear();
        cache.DirtyMalformed.Clear();
        return draft.Finish(cache.DefaultBackend, _defaultPolicies, _problems.TakeChanges());
    }

    /// <summary>A fault of ours in one unit leaves that unit as it was, visibly, and stops no other.</summary>
    private void Guard(ProblemSource unit, Action translate, Func<IEnumerable<ProblemObject>> concerned)
    {
        var source = new ProblemSource("failed " + unit.Unit, unit.Name);
        try
        {
            translate();
            if (_failed.Remove(source))
                _problems.Replace(source, []);
        }
        catch (Exception error)
        {
            OnFailure?.Invoke(unit, error);
            _failed.Add(source);
            _problems.Replace(source, concerned().Select(about => new Problem
            {
                Object = about,
                Reason = ProblemReasons.InternalError,
                Severity = ProblemSeverity.Error,
                Message = $"the {unit.Unit} {unit.Name} could not be translated and stays as it was: {error.GetType().Name}; "
                    + "this is a fault of the controller, please report it",
            }).ToEquatableArray());
        }
    }

    private void TranslateGlobalSettings(ModelDraft draft)
    {
        if (!cache.Dirty.GlobalSettings || cache.Settings.ConfigMap is not { } key)
            return;
        if (cache.Named.IsUnread(GlobalSettingsReader.Objects(cache.GlobalConfigMap)))
            return;
        var (settings, problems) = GlobalSettingsReader.Read(key, cache.GlobalConfigMap, cache.ConfigMap);
        _problems.Replace(new ProblemSource("global settings", ""), problems);
        if (settings == GlobalSettings)
            return;
        draft.GlobalSettings = GlobalSettings = settings;
        cache.SetGlobalSettings(settings);
        cache.Dirty.DefaultBackend = true;
        cache.Dirty.Resolutions.UnionWith(_resolved.Keys);
    }

    /// <summary>An object that an Ingress names changed. Only what really is another policy now touches its hosts.</summary>
    private void Resolve(ObjectKey key)
    {
        _resolved.Remove(key, out var former);
        if (cache.Selected.Find(key) is not { } ingress || cache.Named.IsUnread(ingress.Objects))
            return;
        // Its backends look at the objects that they name by themselves.
        foreach (var use in ingress.Backends)
        {
            if (use.Key.Policy is not null)
                cache.Dirty.Backends.Add(use.Key);
        }
        if (Resolved(ingress) == former)
            return;
        cache.Dirty.References.Add(key);
        foreach (var host in ingress.Hosts.Keys)
            cache.Selected.MarkHost(host);
        if (ingress.DefaultBackend is not null)
            cache.Dirty.Hosts.Add("");
    }

    private ResolvedPolicies Resolved(ParsedIngress ingress)
    {
        if (_resolved.TryGetValue(ingress.Key, out var known))
            return known;
        var resolved = PolicyResolution.Of(ingress, _named, GlobalSettings);
        if (ingress.Objects.Count > 0)
            _resolved[ingress.Key] = resolved;
        return resolved;
    }

    private RoutePolicies Policies(ParsedIngress ingress) => ingress.Objects.Count == 0 ? ingress.Policies : Resolved(ingress).Policies;

    private void TranslateIngress(ObjectKey key, ModelDraft draft)
    {
        cache.Dirty.References.Add(key);
        var ingress = cache.Selected.Find(key);
        _problems.Replace(new ProblemSource("ingress", key.ToString()), ingress?.Problems ?? []);
        if (ingress is not null)
        {
            _ingresses.Add(key);
            draft.IngressesSet.Add(key);
        }
        else if (_ingresses.Remove(key))
            draft.IngressesRemoved.Add(key);
    }

    private void TranslateReferences(ObjectKey key, DateTime now)
    {
        var ingress = cache.Selected.Find(key);
        _problems.Replace(
            new ProblemSource("references", key.ToString()),
            ingress is null ? [] : ReferenceProblems.Of(ingress, _backends.GetValueOrDefault, _certificates.GetValueOrDefault, Names, now));
        if (ingress is null || !cache.Named.IsUnread(ingress.Objects))
            _problems.Replace(new ProblemSource("policies", key.ToString()), ingress is null ? [] : Resolved(ingress).Problems);
    }

    private SubjectNames Names(ParsedIngress ingress)
    {
        if (!_subjectNames.TryGetValue(ingress.Key, out var names))
            _subjectNames[ingress.Key] = names = SubjectNames.Of(ingress, secret => _certificates.GetValueOrDefault(secret)?.Certificate);
        return names;
    }
}
