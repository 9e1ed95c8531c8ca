using YarpIngress.Controller.Problems;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Tests.Cluster;

/// <summary>What a consumer has after applying every change: to be equal to a translation from scratch.</summary>
internal sealed class Mirror
{
    private readonly Dictionary<string, HostTranslation> _hosts = [];
    private readonly Dictionary<BackendKey, Backend> _backends = [];
    private readonly Dictionary<ObjectKey, Certificate> _certificates = [];
    private readonly Dictionary<ProblemObject, HashSet<Problem>> _problems = [];
    private readonly HashSet<ObjectKey> _ingresses = [];
    private BackendKey? _default;

    public void Apply(ModelChange change)
    {
        foreach (var backend in change.BackendsSet)
            _backends[backend.Key] = backend;
        foreach (var certificate in change.CertificatesSet)
            _certificates[certificate.Secret] = certificate;
        foreach (var host in change.HostsSet)
            _hosts[host.Host] = host;
        foreach (var host in change.HostsRemoved)
            Assert.True(_hosts.Remove(host));
        foreach (var backend in change.BackendsRemoved)
            Assert.True(_backends.Remove(backend));
        foreach (var certificate in change.CertificatesRemoved)
            Assert.True(_certificates.Remove(certificate));
        Assert.Equal(_default != change.DefaultBackend, change.DefaultBackendChanged);
        _default = change.DefaultBackend;
        _ingresses.UnionWith(change.IngressesSet);
        foreach (var ingress in change.IngressesRemoved)
            Assert.True(_ingresses.Remove(ingress));
        foreach (var problem in change.Problems)
            Apply(problem);
        CheckReferences();
    }

    /// <summary>Everything in one text: equal texts are equal states.</summary>
    public string Describe()
    {
        var lines = new List<string> { $"default {_default}" };
        foreach (var (name, host) in _hosts)
        {
            lines.Add($"host {name} certificate {host.CertificateSecret} {(host.VirtualHost is null ? "not served" : "served")} default {host.VirtualHost?.Default}");
            lines.AddRange((host.VirtualHost?.Routes ?? []).Select((r, i) => $"host {name} route {i:000} {r}"));
        }

        lines.AddRange(_backends.Values.Select(b => $"backend {b.Key} {b.Protocol} {string.Join(' ', b.Endpoints)}"));
        lines.AddRange(_certificates.Values.Select(c => $"certificate {c.Secret} {c.Fingerprint}"));
        lines.AddRange(
            _problems.Values.SelectMany(p => p).Select(p => $"problem {p.Object} {p.Severity} {p.Reason} {p.Field} {p.Message}"));
        lines.AddRange(_ingresses.Select(i => $"ingress {i}"));
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private void Apply(ProblemChange change)
    {
        if (!_problems.TryGetValue(change.Object, out var problems))
            _problems[change.Object] = problems = [];
        foreach (var problem in change.Added)
            Assert.True(problems.Add(problem));
        foreach (var problem in change.Removed)
            Assert.True(problems.Remove(problem));
        Assert.True(problems.SetEquals(change.Current));
    }

    /// <summary>No route without its backend, at any time.</summary>
    private void CheckReferences()
    {
        foreach (var host in _hosts.Values.Select(h => h.VirtualHost).OfType<VirtualHost>())
        {
            foreach (var route in host.Default is null ? host.Routes : host.Routes.Append(host.Default))
                Assert.True(
                    route.Policies.Redirect is not null || _backends.ContainsKey(route.Backend),
                    $"{host.Host}{route.Path} leads to {route.Backend}, which is not there");
        }

        if (_default is { } key)
            Assert.True(_backends.ContainsKey(key));
    }
}
