using YarpIngress.Kubernetes;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Cache;

/// <summary>The Ingresses that are ours, by host, backend and Secret. A change marks only the hosts whose rules differ.</summary>
internal sealed class IngressIndex(DirtyUnits dirty)
{
    private readonly Dictionary<ObjectKey, ParsedIngress> _byKey = [];
    private readonly Dictionary<string, List<ParsedIngress>> _byHost = [];
    private readonly List<ParsedIngress> _catchAlls = [];
    private readonly SortedSet<ParsedIngress> _otherDefaults = new(ParsedIngress.Precedence);
    private readonly ReverseIndex<ObjectKey, BackendKey> _backends = new();
    private readonly ReverseIndex<HostKey, BackendKey> _derived = new();
    private readonly ReverseIndex<BackendKey, ObjectKey> _services = new();
    private readonly ReverseIndex<ObjectKey, ObjectKey> _secrets = new();

    public IReadOnlyCollection<ObjectKey> Keys => _byKey.Keys;

    public IReadOnlyCollection<ObjectKey> Secrets => _secrets.References;

    public ParsedIngress? Find(ObjectKey key) => _byKey.GetValueOrDefault(key);

    /// <summary>The Ingresses that name <paramref name="host"/>, in precedence order.</summary>
    public IReadOnlyList<ParsedIngress> OfHost(string host) => _byHost.TryGetValue(host, out var list) ? list : [];

    /// <summary>Whose default backend may serve unknown hosts: those without rules, then the oldest of the others.</summary>
    public IReadOnlyList<ParsedIngress> CatchAll() => _otherDefaults.Min is { } other ? [.. _catchAlls, other] : _catchAlls;

    /// <summary><see cref="OfHost(string)"/> with <paramref name="candidate"/> in place of what has its name.</summary>
    public IReadOnlyList<ParsedIngress> OfHost(string host, ParsedIngress candidate) =>
        With(OfHost(host), candidate.Hosts.ContainsKey(host) ? candidate : null, candidate.Key);

    /// <summary><see cref="CatchAll()"/> with <paramref name="candidate"/> in place of what has its name.</summary>
    public IReadOnlyList<ParsedIngress> CatchAll(ParsedIngress candidate)
    {
        var catchesAll = candidate is { DefaultBackend: not null, HasRules: false };
        var list = With(_catchAlls, catchesAll ? candidate : null, candidate.Key);
        var other = _otherDefaults.FirstOrDefault(ingress => ingress.Key != candidate.Key);
        if (candidate is { DefaultBackend: not null, HasRules: true, IsCanary: false }
            && (other is null || ParsedIngress.Precedence.Compare(candidate, other) < 0))
            other = candidate;
        return other is null ? list : [.. list, other];
    }

    private static IReadOnlyList<ParsedIngress> With(IReadOnlyList<ParsedIngress> former, ParsedIngress? candidate, ObjectKey key)
    {
        var list = new List<ParsedIngress>(former.Count + 1);
        foreach (var ingress in former)
        {
            if (ingress.Key != key)
                list.Add(ingress);
        }
        if (candidate is not null)
            Insert(list, candidate);
        return list;
    }

    public IReadOnlyCollection<ObjectKey> UsersOf(BackendKey backend) => _backends.OwnersOf(backend);

    /// <summary>Every backend that an Ingress or a host leads to; some more than once.</summary>
    public IEnumerable<BackendKey> Backends => _backends.References.Concat(_derived.References);

    /// <summary>Whether an Ingress or a host leads to it.</summary>
    public bool IsUsed(BackendKey backend) => _backends.IsReferenced(backend) || _derived.IsReferenced(backend);

    public IReadOnlyCollection<BackendKey> BackendsOf(ObjectKey service) => _services.OwnersOf(service);

    public IReadOnlyCollection<ObjectKey> UsersOfSecret(ObjectKey secret) => _secrets.OwnersOf(secret);

    public void Set(ParsedIngress value)
    {
        var before = _byKey.GetValueOrDefault(value.Key);
        if (before is not null)
            Unlist(before);
        _byKey[value.Key] = value;
        List(value);
        MarkHosts(before, value);
        _backends.Replace(value.Key, [.. value.Backends.Select(b => b.Key)], OnBackend);
        _secrets.Replace(value.Key, [.. value.Secrets.Select(s => s.Secret)], secret => dirty.Certificates.Add(secret));
        dirty.Ingresses.Add(value.Key);
    }

    public void Remove(ObjectKey key)
    {
        if (!_byKey.Remove(key, out var before))
            return;
        Unlist(before);
        MarkHosts(before, null);
        _backends.Remove(key, OnBackend);
        _secrets.Remove(key, secret => dirty.Certificates.Add(secret));
        dirty.Ingresses.Add(key);
    }

    /// <summary>
    /// Says which backends a host leads to that no Ingress names by itself: a canary's Service is talked to as the route's own, and TLS
    /// is passed through to a Service as such.
    /// </summary>
    public void SetDerived(string host, BackendKey[] backends) => _derived.Replace(new HostKey(host), backends, OnBackend);

    private void OnBackend(BackendKey key)
    {
        dirty.Backends.Add(key);
        if (IsUsed(key) && !key.IsNone)
            _services.Replace(key, [new ObjectKey(key.Namespace, key.Service)]);
        else
            _services.Remove(key);
    }

    private void MarkHosts(ParsedIngress? before, ParsedIngress? after)
    {
        // The names that its certificates cover reach hosts that no TLS entry lists, so other Secrets touch them all.
        var whole = before is null || after is null || before.Created != after.Created || before.DefaultBackend != after.DefaultBackend
            || before.Policies != after.Policies || before.HostPolicy != after.HostPolicy
            || before.HasRules != after.HasRules
                || !before.Secrets.Select(s => s.Secret).SequenceEqual(after.Secrets.Select(s => s.Secret));
        foreach (var (host, rules) in before?.Hosts ?? new Dictionary<string, HostRules>())
        {
            if (whole || !after!.Hosts.TryGetValue(host, out var now) || now != rules)
                MarkHost(host);
        }

        foreach (var (host, _) in after?.Hosts ?? new Dictionary<string, HostRules>())
        {
            if (whole || !before!.Hosts.ContainsKey(host))
                MarkHost(host);
        }

        if (whole && (before?.DefaultBackend is not null || after?.DefaultBackend is not null))
            dirty.Hosts.Add("");
    }

    /// <summary>Marks a host and the other names that its Ingresses give it.</summary>
    public void MarkHost(string host)
    {
        dirty.Hosts.Add(host);
        foreach (var ingress in OfHost(host))
        {
            foreach (var derived in ingress.DerivedHosts)
                dirty.Hosts.Add(derived);
        }
    }

    private void List(ParsedIngress value)
    {
        foreach (var host in value.Hosts.Keys)
        {
            if (!_byHost.TryGetValue(host, out var list))
                _byHost[host] = list = [];
            Insert(list, value);
        }

        if (value.DefaultBackend is null)
            return;
        if (!value.HasRules)
            Insert(_catchAlls, value);
        else if (!value.IsCanary)
            _otherDefaults.Add(value);
    }

    private void Unlist(ParsedIngress value)
    {
        foreach (var host in value.Hosts.Keys)
        {
            var list = _byHost[host];
            list.RemoveAt(list.BinarySearch(value, ParsedIngress.Precedence));
            if (list.Count == 0)
                _byHost.Remove(host);
        }

        if (value.DefaultBackend is null)
            return;
        if (value.HasRules)
            _otherDefaults.Remove(value);
        else
            _catchAlls.RemoveAt(_catchAlls.BinarySearch(value, ParsedIngress.Precedence));
    }

    private static void Insert(List<ParsedIngress> list, ParsedIngress value) =>
        list.Insert(~list.BinarySearch(value, ParsedIngress.Precedence), value);

    private readonly record struct HostKey(string Host);
}
