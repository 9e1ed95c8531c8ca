using YarpIngress.Kubernetes;
using YarpIngress.Observability;
using YarpIngress.Translation;
using YarpIngress.Translation.Backends;
using YarpIngress.Translation.Certificates;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Controller;

/// <summary>
/// Translates the dirty units of a <see cref="ClusterCache"/> and keeps the results, so that only what really came out
/// different is passed on. Not thread-safe: the loop that owns the cache owns this too.
/// </summary>
internal sealed class ClusterTranslation(ClusterCache cache, TimeProvider time)
{
    private readonly Dictionary<string, HostTranslation> _hosts = [];
    private readonly Dictionary<BackendKey, BackendTranslation> _backends = [];
    private readonly Dictionary<ObjectKey, CertificateTranslation> _certificates = [];
    private readonly Dictionary<ObjectKey, SubjectNames> _subjectNames = [];
    private readonly Dictionary<ObjectKey, ResolvedPolicies> _resolved = [];
    private readonly NamedObjectLookup _named = new(cache.ConfigMap, cache.Secret);
    private readonly HashSet<ObjectKey> _ingresses = [];
    private RoutePolicies _defaultPolicies = RoutePolicies.None;
    private readonly HashSet<string> _wildcardsWithCertificate = [];
    private readonly HashSet<ProblemSource> _failed = [];
    private readonly ProblemBook _problems = new();
    private readonly CertificateClock _clock = new();

    /// <summary>Every current problem.</summary>
    public ProblemBook Problems => _problems;

    /// <summary>Every host's translation.</summary>
    public IReadOnlyDictionary<string, HostTranslation> Hosts => _hosts;

    /// <summary>Every backend's translation.</summary>
    public IReadOnlyDictionary<BackendKey, BackendTranslation> Backends => _backends;

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

    /// <summary>
    /// What the hosts of an Ingress would come to with it in place of what has its name. Nothing of it is kept; each host costs
    /// what its own rules do.
    /// </summary>
    public IEnumerable<HostTranslation> Preview(ParsedIngress candidate)
    {
        var names = new Lazy<SubjectNames>(() => SubjectNames.Of(candidate, secret => Certificate(secret)?.Certificate));
        IEnumerable<string> hosts = candidate.DefaultBackend is null || candidate.Hosts.ContainsKey("")
            ? candidate.Hosts.Keys
            : candidate.Hosts.Keys.Append("");
        foreach (var host in hosts)
            yield return HostTranslator.Translate(
                host,
                name => cache.Selected.OfHost(name, candidate),
                host.Length == 0 ? cache.Selected.CatchAll(candidate) : [],
                ingress => ReferenceEquals(ingress, candidate) ? names.Value : Names(ingress),
                ingress => ReferenceEquals(ingress, candidate) ? candidate.Policies : Policies(ingress));
    }

    /// <summary>What is wrong with the Services and certificates that an Ingress refers to, as far as they are there.</summary>
    public IEnumerable<Problem> PreviewReferences(ParsedIngress candidate)
    {
        var names = new Lazy<SubjectNames>(() => SubjectNames.Of(candidate, secret => Certificate(secret)?.Certificate));
        return ReferenceProblems.Of(candidate, Backend, Certificate, _ => names.Value, time.GetUtcNow().UtcDateTime);
    }

    private BackendTranslation? Backend(BackendKey key) => _backends.GetValueOrDefault(key) ?? (key.IsNone ? null : Translated(key));

    private CertificateTranslation? Certificate(ObjectKey secret) =>
        _certificates.GetValueOrDefault(secret) ?? (cache.Secret(secret) is { } found ? CertificateTranslator.Translate(found) : null);

    /// <summary>Translates what is dirty, and counts it where somebody wants to know.</summary>
    public ModelChange Drain(UnitCounts? counts = null)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var dirty = cache.Dirty;
        var draft = new Draft();
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

    private void TranslateGlobalSettings(Draft draft)
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

    private void TranslateDefaultBackend(Draft draft)
    {
        if (!cache.Dirty.DefaultBackend || cache.Settings.DefaultBackendService is not { } service)
            return;
        var found = cache.Services.Service(service);
        var key = found is null ? null : BackendTranslator.FirstPort(found);
        _problems.Replace(new ProblemSource("default backend", ""), key is not null ? [] : [new Problem
        {
            Object = new ProblemObject("Service", service),
            Reason = found is null ? ProblemReasons.ServiceNotFound : ProblemReasons.ServicePortNotFound,
            Severity = ProblemSeverity.Error,
            Message = $"the Service of --default-backend-service {(found is null ? "does not exist" : "has no TCP port")}; "
                + "requests that nothing matches answer 404",
        }]);
        // As if an Ingress without annotations asked for it; errors of it are its own.
        if (key is { } bare)
            key = bare with { Policy = GlobalSettings.Routes.Backend };
        var policies = GlobalSettings.Routes with { Errors = null };
        if (key == cache.DefaultBackend && policies == _defaultPolicies)
            return;
        if (cache.DefaultBackend is { } former)
            cache.Dirty.Backends.Add(former);
        if (key is { } next)
            cache.Dirty.Backends.Add(next);
        cache.DefaultBackend = key;
        _defaultPolicies = policies;
        draft.DefaultBackendChanged = true;
    }

    private void TranslateCertificate(ObjectKey secret, DateTime now, Draft draft)
    {
        var former = _certificates.GetValueOrDefault(secret);
        var translation = cache.IsReferencedSecret(secret) && cache.Secret(secret) is { } found
            ? CertificateTranslator.Translate(found)
            : null;
        if (translation is null)
            _certificates.Remove(secret);
        else
            _certificates[secret] = translation;
        if (cache.Settings.DefaultCertificate == secret)
            _problems.Replace(new ProblemSource("default certificate", ""), DefaultCertificateProblems(secret, translation));
        if (translation == former && former is not null)
            return;

        if (translation?.Certificate is { } certificate)
        {
            if (certificate != former?.Certificate)
                draft.CertificatesSet.Add(certificate);
            _clock.Watch(certificate, now);
        }
        else if (former?.Certificate is not null)
        {
            draft.CertificatesRemoved.Add(secret);
            _clock.Forget(secret, now);
        }
        MarkUsers(secret, hosts: (translation?.Certificate?.DnsNames ?? []) != (former?.Certificate?.DnsNames ?? []));
    }

    /// <summary>The Ingresses that name a Secret have other problems now; other names reach other hosts.</summary>
    private void MarkUsers(ObjectKey secret, bool hosts)
    {
        foreach (var user in cache.Selected.UsersOfSecret(secret))
        {
            cache.Dirty.References.Add(user);
            if (!hosts || cache.Selected.Find(user) is not { } ingress)
                continue;
            _subjectNames.Remove(user);
            foreach (var (host, rules) in ingress.Hosts)
            {
                if (rules.Tls is null)
                    cache.Selected.MarkHost(host);
            }
        }
    }

    private static EquatableArray<Problem> DefaultCertificateProblems(ObjectKey secret, CertificateTranslation? translation)
    {
        var about = new ProblemObject("Secret", secret);
        if (translation is null)
        {
            return [new Problem
            {
                Object = about,
                Reason = ProblemReasons.SecretNotFound,
                Severity = ProblemSeverity.Error,
                Message = "the Secret of --default-ssl-certificate does not exist; a self-signed certificate is presented until it does",
            }];
        }

        return translation.Notices
            .Select(n => new Problem { Object = about, Reason = n.Reason, Severity = n.Severity, Field = n.Field, Message = n.Message })
            .ToEquatableArray();
    }

    private void TranslateBackends(Draft draft)
    {
        foreach (var key in cache.Dirty.Backends)
            Guard(
                new("backend", key.ToString()), () => TranslateBackend(key, draft),
                () => [new("Service", new(key.Namespace, key.Service))]);
        cache.Dirty.Backends.Clear();
    }

    private BackendTranslation Translated(BackendKey key)
    {
        var service = new ObjectKey(key.Namespace, key.Service);
        return BackendTranslator.Translate(
            key, cache.Services.Service(service), cache.Services.Slices(service), cache.Services.Endpoints(service), cache.Settings,
            key.Policy?.Tls?.Secret is { } secret ? cache.Secret(secret) : null, cache.Place);
    }

    private void TranslateBackend(BackendKey key, Draft draft)
    {
        var former = _backends.GetValueOrDefault(key);
        BackendTranslation? translation = null;
        if (cache.Selected.IsUsed(key) || key == cache.DefaultBackend)
        {
            _backends[key] = translation = Translated(key);
            if (translation.Backend != former?.Backend)
                draft.BackendsSet.Add(translation.Backend);
        }
        else if (_backends.Remove(key))
            draft.BackendsRemoved.Add(key);

        _problems.Replace(new ProblemSource("backend", key.ToString()), translation?.Problems ?? []);
        if (translation is null || translation.Notices == former?.Notices)
            return;
        foreach (var user in cache.Selected.UsersOf(key))
            cache.Dirty.References.Add(user);
    }

    /// <summary>
    /// The dirty hosts, and those below a wildcard whose certificate came or went: they redirect to HTTPS or no longer do.
    /// </summary>
    private IReadOnlyCollection<string> HostsInOrder(DirtyUnits dirty)
    {
        HashSet<string>? wildcards = null;
        foreach (var host in dirty.Hosts)
        {
            if (!host.StartsWith("*.", StringComparison.Ordinal))
                continue;
            var exists = HostCertificates.Exist(host, cache.Selected.OfHost(host), Names);
            if (exists ? _wildcardsWithCertificate.Add(host) : _wildcardsWithCertificate.Remove(host))
                (wildcards ??= []).Add(host);
        }
        if (wildcards is not null)
            dirty.Hosts.UnionWith(_hosts.Keys.Where(host => HostName.WildcardFor(host) is { } above && wildcards.Contains(above)).ToList());
        return dirty.Hosts;
    }

    private void TranslateHost(string host, Draft draft)
    {
        var former = _hosts.GetValueOrDefault(host);
        var ingresses = cache.Selected.OfHost(host);
        var catchAll = host.Length == 0 ? cache.Selected.CatchAll() : [];
        // What an Ingress names is on its way: the host stays as it is rather than answer 503 meanwhile, and is marked then.
        if (cache.Named.AnyUnread && ingresses.Concat(catchAll).Any(ingress => cache.Named.IsUnread(ingress.Objects)))
            return;
        var translation = HostTranslator.Translate(host, cache.Selected.OfHost, catchAll, Names, Policies);
        _problems.Replace(new ProblemSource("host", host), translation.Problems);
        cache.Selected.SetCanaries(host, Canaries(translation.VirtualHost));
        if (translation.VirtualHost is null && translation.CertificateSecret is null)
        {
            if (_hosts.Remove(host))
                draft.HostsRemoved.Add(host);
            return;
        }

        _hosts[host] = translation;
        if (former is null || translation.VirtualHost != former.VirtualHost || translation.CertificateSecret != former.CertificateSecret)
            draft.HostsSet.Add(translation);
    }

    private static BackendKey[] Canaries(VirtualHost? host)
    {
        HashSet<BackendKey>? found = null;
        foreach (var route in host?.Routes ?? [])
        {
            if (route.Canary is { } canary)
                (found ??= []).Add(canary.Backend);
        }
        if (host?.Default?.Canary is { } ofDefault)
            (found ??= []).Add(ofDefault.Backend);
        return found is null ? [] : [.. found];
    }

    private void TranslateIngress(ObjectKey key, Draft draft)
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

    /// <summary>A <see cref="ModelChange"/> in the making.</summary>
    private sealed class Draft
    {
        public List<Backend> BackendsSet { get; } = [];

        public List<Certificate> CertificatesSet { get; } = [];

        public List<HostTranslation> HostsSet { get; } = [];

        public List<string> HostsRemoved { get; } = [];

        public List<BackendKey> BackendsRemoved { get; } = [];

        public List<ObjectKey> CertificatesRemoved { get; } = [];

        public List<ObjectKey> IngressesSet { get; } = [];

        public List<ObjectKey> IngressesRemoved { get; } = [];

        public bool DefaultBackendChanged { get; set; }

        public GlobalSettings? GlobalSettings { get; set; }

        public ModelChange Finish(BackendKey? defaultBackend, RoutePolicies defaultPolicies, IReadOnlyList<ProblemChange> problems) => new()
        {
            BackendsSet = BackendsSet,
            CertificatesSet = CertificatesSet,
            HostsSet = HostsSet,
            HostsRemoved = HostsRemoved,
            BackendsRemoved = BackendsRemoved,
            CertificatesRemoved = CertificatesRemoved,
            IngressesSet = IngressesSet,
            IngressesRemoved = IngressesRemoved,
            DefaultBackendChanged = DefaultBackendChanged,
            DefaultBackend = defaultBackend,
            DefaultPolicies = defaultPolicies,
            GlobalSettings = GlobalSettings,
            Problems = problems,
        };
    }
}
