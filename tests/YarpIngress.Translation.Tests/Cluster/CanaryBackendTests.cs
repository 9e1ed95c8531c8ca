using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Tests.Golden;

namespace YarpIngress.Translation.Tests.Cluster;

/// <summary>The backends of canaries, which no Ingress names as they are: they come, change and go with the route that has them.</summary>
public sealed class CanaryBackendTests
{
    private const string Prefix = "nginx.ingress.kubernetes.io/";

    private static readonly BackendKey Key = new("demo", "beta", "80", new BackendPolicy { ReadTimeout = TimeSpan.FromSeconds(5) });

    private readonly ClusterCache _cache = new(new TranslationSettings());
    private readonly ClusterTranslation _translation;

    public CanaryBackendTests()
    {
        _translation = new ClusterTranslation(_cache, new FixedTime(FixedTime.Golden));
        _cache.Set(Objects.Class("yarp"));
        foreach (var name in (string[])["web", "beta"])
        {
            _cache.Set(Objects.Service(name));
            _cache.Set(Objects.Slice(name, "10.0.0.1"));
        }
        _cache.Set(Ingress("web", "web", age: 2, ("proxy-read-timeout", "5")));
        _cache.Set(Ingress("beta", "beta", age: 1, ("canary", "true"), ("canary-weight", "10")));
    }

    [Fact]
    public void It_is_there_with_the_first_translation_and_before_the_host()
    {
        var change = _translation.Drain();
        Assert.Contains(change.BackendsSet, backend => backend.Key == Key);
        Assert.Equal(Key, Assert.Single(Assert.Single(change.HostsSet).VirtualHost!.Routes).Canary!.Backend);
        Assert.Empty(change.Problems);
        Assert.False(_translation.IsDirty);
    }

    [Fact]
    public void Its_endpoints_follow_those_of_the_Service_and_no_host_is_touched()
    {
        _translation.Drain();
        _cache.Set(Objects.Slice("beta", "10.0.0.7"));
        var change = _translation.Drain();
        Assert.Equal("10.0.0.7:8080", Assert.Single(change.BackendsSet.Single(backend => backend.Key == Key).Endpoints).ToString());
        Assert.Empty(change.HostsSet);
    }

    [Fact]
    public void Another_policy_of_the_primary_makes_another_backend()
    {
        _translation.Drain();
        _cache.Set(Ingress("web", "web", age: 2));
        var change = _translation.Drain();
        Assert.Contains(Key, change.BackendsRemoved);
        // Now it is the one that the canary names by itself, which was there already.
        Assert.Equal(Key with { Policy = null }, Assert.Single(Assert.Single(change.HostsSet).VirtualHost!.Routes).Canary!.Backend);
        Assert.True(_translation.Backends.ContainsKey(Key with { Policy = null }));
        Assert.False(_translation.Backends.ContainsKey(Key));
    }

    [Fact]
    public void It_goes_with_the_canary()
    {
        _translation.Drain();
        _cache.RemoveIngress(new ObjectKey("demo", "beta"));
        var change = _translation.Drain();
        Assert.Contains(Key, change.BackendsRemoved);
        Assert.Null(Assert.Single(Assert.Single(change.HostsSet).VirtualHost!.Routes).Canary);
        _cache.Set(Objects.Slice("beta", "10.0.0.8"));
        Assert.False(_translation.IsDirty);
    }

    [Fact]
    public void Another_weight_touches_the_host_and_no_backend()
    {
        _translation.Drain();
        _cache.Set(Ingress("beta", "beta", age: 1, ("canary", "true"), ("canary-weight", "20")));
        var change = _translation.Drain();
        Assert.Empty(change.BackendsSet);
        Assert.Empty(change.BackendsRemoved);
        Assert.Equal(20, Assert.Single(Assert.Single(change.HostsSet).VirtualHost!.Routes).Canary!.Policy.Weight);
    }

    private static V1Ingress Ingress(string name, string service, int age, params (string Name, string Value)[] annotations)
    {
        var ingress = Objects.Ingress(name, "a.example.com", service, age: age);
        ingress.Metadata.Annotations = annotations.ToDictionary(one => Prefix + one.Name, one => one.Value);
        return ingress;
    }
}
