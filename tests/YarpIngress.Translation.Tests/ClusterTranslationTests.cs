using YarpIngress.Controller;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Tests;

public sealed class ClusterTranslationTests
{
    private readonly ClusterCache _cache = new(new TranslationSettings());
    private readonly ClusterTranslation _translation;

    public ClusterTranslationTests()
    {
        _translation = new ClusterTranslation(_cache, TimeProvider.System);
        _cache.Set(Objects.Class("yarp"));
    }

    [Fact]
    public void An_endpoint_change_touches_its_backend_and_nothing_else()
    {
        _cache.Set(Objects.Ingress("web", "a.example.com", "web"));
        _cache.Set(Objects.Service("web"));
        _cache.Set(Objects.Slice("web", "10.0.0.1"));
        var first = _translation.Drain();
        Assert.Equal("a.example.com", Assert.Single(first.HostsSet).Host);
        Assert.Equal(new Endpoint("10.0.0.1", 8080), Assert.Single(Assert.Single(first.BackendsSet).Endpoints));
        Assert.Empty(first.Problems);

        _cache.Set(Objects.Slice("web", "10.0.0.1", "10.0.0.2"));
        var second = _translation.Drain();
        Assert.Equal(2, Assert.Single(second.BackendsSet).Endpoints.Count);
        Assert.Equal(new ModelChange().HostsSet, second.HostsSet);
        Assert.Empty(second.Problems);
        Assert.Empty(second.IngressesSet);

        _cache.RemoveEndpointSlice(new ObjectKey("demo", "web-1"));
        var third = _translation.Drain();
        Assert.Empty(Assert.Single(third.BackendsSet).Endpoints);
        Assert.Equal(ProblemReasons.NoEndpoints, Assert.Single(Assert.Single(third.Problems).Added).Reason);
    }

    [Fact]
    public void Deleting_the_Ingress_removes_its_host_and_backend()
    {
        _cache.Set(Objects.Ingress("web", "a.example.com", "web"));
        _translation.Drain();
        _cache.RemoveIngress(new ObjectKey("demo", "web"));
        var change = _translation.Drain();
        Assert.Equal(["a.example.com"], change.HostsRemoved);
        Assert.Equal([new BackendKey("demo", "web", "80")], change.BackendsRemoved);
        Assert.Equal([new ObjectKey("demo", "web")], change.IngressesRemoved);
        Assert.Empty(_translation.Problems.All);
        Assert.False(_translation.IsDirty);
    }
}
