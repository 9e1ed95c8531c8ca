using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Tests.Certificates;
using YarpIngress.Translation.Tests.Golden;

namespace YarpIngress.Translation.Tests.Cluster;

/// <summary>A change is worth what it changes.</summary>
public sealed class ClusterTranslationTests
{
    private readonly FixedTime _time = new(FixedTime.Golden);
    private readonly ClusterCache _cache = new(new TranslationSettings());
    private readonly ClusterTranslation _translation;

    public ClusterTranslationTests()
    {
        _translation = new ClusterTranslation(_cache, _time);
        _cache.Set(Objects.Class("yarp"));
    }

    [Fact]
    public void An_endpoint_change_touches_its_backend_and_nothing_else()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _cache.Set(Objects.Ingress($"web{i}", $"h{i}.example.com", $"web{i}"));
            _cache.Set(Objects.Service($"web{i}"));
            _cache.Set(Objects.Slice($"web{i}", "10.0.0.1"));
        }

        Assert.Empty(_translation.Drain().Problems);
        _cache.Set(Objects.Slice("web7", "10.0.0.1", "10.0.0.2"));
        Assert.Equal([new BackendKey("demo", "web7", "80")], _cache.Dirty.Backends);
        Assert.Empty(_cache.Dirty.Hosts);
        Assert.Empty(_cache.Dirty.Ingresses);
        var change = _translation.Drain();
        Assert.Equal(["10.0.0.1:8080", "10.0.0.2:8080"], Assert.Single(change.BackendsSet).Endpoints.Select(e => e.ToString()));
        Assert.Empty(change.HostsSet);
        Assert.Empty(change.Problems);
        Assert.Empty(change.IngressesSet);
    }

    [Fact]
    public void A_change_that_means_nothing_is_no_change()
    {
        _cache.Set(Objects.Ingress("web", "a.example.com", "web"));
        _cache.Set(Objects.Service("web"));
        _cache.Set(Objects.Slice("web", "10.0.0.1"));
        _translation.Drain();
        var slice = Objects.Slice("web", "10.0.0.1");
        slice.Metadata.ResourceVersion = "2";
        _cache.Set(slice);
        var service = Objects.Service("web");
        service.Metadata.Annotations = new() { ["note"] = "x" };
        _cache.Set(service);
        Assert.True(_translation.Drain().IsEmpty);
        _cache.Set(Objects.Slice("unrelated", "10.0.0.9"));
        _cache.Set(Objects.Service("unrelated"));
        _cache.Set(TestCertificates.Secret("unrelated", "x.example.com"));
        Assert.False(_translation.IsDirty);
    }

    [Fact]
    public void Scaling_to_zero_and_back_is_one_problem_that_comes_and_goes()
    {
        _cache.Set(Objects.Ingress("web", "a.example.com", "web"));
        _cache.Set(Objects.Ingress("web2", "b.example.com", "web"));
        _cache.Set(Objects.Service("web"));
        _cache.Set(Objects.Slice("web", "10.0.0.1"));
        _translation.Drain();
        _cache.Set(Objects.Slice("web"));
        var down = _translation.Drain();
        Assert.Equal(["web", "web2"], down.Problems.Select(p => p.Object.Key.Name).Order());
        Assert.All(down.Problems, p => Assert.Equal(ProblemReasons.NoEndpoints, Assert.Single(p.Added).Reason));
        _cache.Set(Objects.Slice("web"));
        Assert.True(_translation.Drain().IsEmpty);
        _cache.Set(Objects.Slice("web", "10.0.0.2"));
        Assert.All(_translation.Drain().Problems, p => Assert.Equal((0, 1, 0), (p.Added.Count, p.Removed.Count, p.Current.Count)));
    }

    [Fact]
    public void Deleting_the_Ingress_removes_its_host_its_backend_and_its_problems()
    {
        _cache.Set(Objects.Ingress("web", "a.example.com", "web"));
        Assert.NotEmpty(_translation.Drain().Problems);
        _cache.RemoveIngress(new ObjectKey("demo", "web"));
        var change = _translation.Drain();
        Assert.Equal(["a.example.com"], change.HostsRemoved);
        Assert.Equal([new BackendKey("demo", "web", "80")], change.BackendsRemoved);
        Assert.Equal([new ObjectKey("demo", "web")], change.IngressesRemoved);
        Assert.Empty(_translation.Problems.All);
        Assert.False(_translation.IsDirty);
    }

    [Fact]
    public void Rotating_a_certificate_changes_the_certificate_alone()
    {
        _cache.Set(Secured("cert", "a.example.com"));
        _cache.Set(TestCertificates.Secret("cert", "a.example.com"));
        var first = Assert.Single(_translation.Drain().CertificatesSet);
        _cache.Set(TestCertificates.Secret("cert", "a.example.com"));
        var change = _translation.Drain();
        Assert.NotEqual(first.Fingerprint, Assert.Single(change.CertificatesSet).Fingerprint);
        Assert.Empty(change.HostsSet);
        Assert.Empty(change.Problems);
    }

    [Fact]
    public void A_secret_that_breaks_is_taken_away_and_told_on_its_Ingress()
    {
        _cache.Set(Secured("cert", "a.example.com"));
        _cache.Set(TestCertificates.Secret("cert", "a.example.com"));
        _translation.Drain();
        _cache.Set(TestCertificates.FromPem("cert", "x", "y"));
        var change = _translation.Drain();
        Assert.Equal([new ObjectKey("demo", "cert")], change.CertificatesRemoved);
        Assert.Equal(ProblemReasons.InvalidCertificate, Assert.Single(Assert.Single(change.Problems).Added).Reason);
        _cache.RemoveSecret(new ObjectKey("demo", "cert"));
        Assert.Contains(
            _translation.Drain().Problems.Single(p => p.Object.Kind == "Ingress").Added, p => p.Reason == ProblemReasons.SecretNotFound);
    }

    [Fact]
    public void A_certificate_expires_without_any_change_of_an_object()
    {
        _cache.Set(Secured("cert", "a.example.com"));
        _cache.Set(TestCertificates.Secret("cert", "a.example.com"));
        _cache.Set(Objects.Service("web"));
        _cache.Set(Objects.Slice("web", "10.0.0.1"));
        Assert.Empty(_translation.Drain().Problems);
        Assert.Equal(TestCertificates.NotAfter.UtcDateTime, _translation.NextDue);
        Assert.False(_translation.IsDirty);
        _time.Now = TestCertificates.NotAfter;
        Assert.True(_translation.IsDirty);
        Assert.Contains("expired", Assert.Single(Assert.Single(_translation.Drain().Problems).Added).Message, StringComparison.Ordinal);
        Assert.False(_translation.IsDirty);
    }

    [Fact]
    public void Only_the_Secrets_that_something_names_are_asked_for()
    {
        _cache.Set(Secured("cert", "a.example.com"));
        Assert.Equal([new ObjectKey("demo", "cert")], _cache.ReferencedSecrets);
        _cache.Set(Secured("next", "a.example.com"));
        Assert.Equal([new ObjectKey("demo", "next")], _cache.ReferencedSecrets);
        _cache.RemoveIngress(new ObjectKey("demo", "web"));
        Assert.Empty(_cache.ReferencedSecrets);
        Assert.Equal(
            [new ObjectKey("demo", "default")],
            new ClusterCache(new TranslationSettings { DefaultCertificate = new ObjectKey("demo", "default") }).ReferencedSecrets);
    }

    [Fact]
    public void A_malformed_object_counts_as_absent_until_it_is_mended()
    {
        var key = new ObjectKey("demo", "web");
        _cache.Set(Objects.Ingress("web", "a.example.com", "web"));
        _cache.Set(Objects.Ingress("good", "b.example.com", "web"));
        _translation.Drain();
        _cache.SetMalformed("Ingress", key, "$.spec.rules has the wrong type");
        var change = _translation.Drain();
        Assert.Equal(["a.example.com"], change.HostsRemoved);
        Assert.Equal(ProblemReasons.InvalidObject, change.Problems.Single(p => p.Object.Key == key).Added.Single().Reason);
        _cache.Set(Objects.Ingress("web", "a.example.com", "web"));
        Assert.Contains(
            _translation.Drain().Problems.Single(p => p.Object.Key == key).Removed, p => p.Reason == ProblemReasons.InvalidObject);
        _cache.SetMalformed("Ingress", key, "again");
        _translation.Drain();
        _cache.Remove("Ingress", key);
        _translation.Drain();
        Assert.DoesNotContain(_translation.Problems.All, p => p.Object.Key == key);
    }

    [Fact]
    public void An_EndpointSlice_that_changes_its_Service_leaves_the_former_one()
    {
        _cache.Set(Objects.Ingress("one", "a.example.com", "one"));
        _cache.Set(Objects.Ingress("two", "b.example.com", "two"));
        _cache.Set(Objects.Service("one"));
        _cache.Set(Objects.Service("two"));
        _cache.Set(Objects.Slice("one", "10.0.0.1"));
        _translation.Drain();
        var moved = Objects.Slice("two", "10.0.0.1");
        moved.Metadata.Name = "one-1";
        _cache.Set(moved);
        var change = _translation.Drain();
        Assert.Empty(change.BackendsSet.Single(b => b.Key.Service == "one").Endpoints);
        Assert.Single(change.BackendsSet.Single(b => b.Key.Service == "two").Endpoints);
    }

    [Fact]
    public void The_default_backend_follows_the_first_port_of_its_Service()
    {
        var cache = new ClusterCache(new TranslationSettings { DefaultBackendService = new ObjectKey("demo", "web") });
        var translation = new ClusterTranslation(cache, _time);
        Assert.Null(translation.Drain().DefaultBackend);
        cache.Set(Objects.Service("web"));
        cache.Set(Objects.Slice("web", "10.0.0.1"));
        var change = translation.Drain();
        Assert.True(change.DefaultBackendChanged);
        Assert.Equal(new BackendKey("demo", "web", "80"), change.DefaultBackend);
        Assert.Single(Assert.Single(change.BackendsSet).Endpoints);
        cache.Set(Objects.Slice("web", "10.0.0.1", "10.0.0.2"));
        Assert.Equal(2, Assert.Single(translation.Drain().BackendsSet).Endpoints.Count);
        var moved = Objects.Service("web");
        moved.Spec!.Ports![0].Port = 81;
        cache.Set(moved);
        change = translation.Drain();
        Assert.Equal("81", change.DefaultBackend?.Port);
        Assert.Equal(["80"], change.BackendsRemoved.Select(b => b.Port));
        cache.RemoveService(new ObjectKey("demo", "web"));
        change = translation.Drain();
        Assert.True(change is { DefaultBackendChanged: true, DefaultBackend: null });
        Assert.Equal(["81"], change.BackendsRemoved.Select(b => b.Port));
    }

    private static V1Ingress Secured(string secret, string host)
    {
        var ingress = Objects.Ingress("web", host, "web");
        ingress.Spec!.Tls = [new V1IngressTLS { Hosts = [host], SecretName = secret }];
        return ingress;
    }
}
