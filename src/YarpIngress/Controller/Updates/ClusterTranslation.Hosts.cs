using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Problems;
using YarpIngress.Translation;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Updates;

/// <content>Hosts.</content>
internal sealed partial class ClusterTranslation
{
    private readonly Dictionary<string, HostTranslation> _hosts = [];
    private readonly HashSet<string> _wildcardsWithCertificate = [];

    /// <summary>Every host's translation.</summary>
    public IReadOnlyDictionary<string, HostTranslation> Hosts => _hosts;

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

    private void TranslateHost(string host, ModelDraft draft)
    {
        var former = _hosts.GetValueOrDefault(host);
        var ingresses = cache.Selected.OfHost(host);
        var catchAll = host.Length == 0 ? cache.Selected.CatchAll() : [];
        // What an Ingress names is on its way: the host stays as it is rather than answer 503 meanwhile, and is marked then.
        if (cache.Named.AnyUnread && ingresses.Concat(catchAll).Any(ingress => cache.Named.IsUnread(ingress.Objects)))
            return;
        var translation = HostTranslator.Translate(host, cache.Selected.OfHost, catchAll, Names, Policies);
        _problems.Replace(new ProblemSource("host", host), translation.Problems);
        cache.Selected.SetDerived(host, Derived(translation.VirtualHost));
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

    /// <summary>
    /// The backends of a host that no Ingress names as they are: those of canaries, and that of TLS that is passed through.
    /// </summary>
    private static BackendKey[] Derived(VirtualHost? host)
    {
        HashSet<BackendKey>? found = null;
        foreach (var route in host?.Routes ?? [])
        {
            if (route.Canary is { } canary)
                (found ??= []).Add(canary.Backend);
        }
        if (host?.Default?.Canary is { } ofDefault)
            (found ??= []).Add(ofDefault.Backend);
        if (host?.Passthrough is { } passed)
            (found ??= []).Add(passed.Backend);
        return found is null ? [] : [.. found];
    }
}
