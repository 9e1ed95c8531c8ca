using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Tests.Cluster;

/// <summary>Classes that appear, change and vanish re-select exactly the Ingresses concerned.</summary>
public sealed class ClassSelectionTests
{
    private readonly ClusterCache _cache = new(new TranslationSettings());
    private readonly ClusterTranslation _translation;

    public ClassSelectionTests() => _translation = new ClusterTranslation(_cache, TimeProvider.System);

    [Fact]
    public void A_class_may_come_after_its_Ingresses()
    {
        _cache.Set(Objects.Ingress("web", "a.example.com", "web"));
        _cache.Set(Objects.Ingress("other", "b.example.com", "web", className: "other"));
        Assert.True(_translation.Drain().IsEmpty);
        _cache.Set(Objects.Class("yarp"));
        Assert.Equal([Web], _translation.Drain().IngressesSet);
    }

    [Fact]
    public void A_class_that_changes_hands_takes_its_Ingresses_along()
    {
        _cache.Set(Objects.Class("yarp"));
        _cache.Set(Objects.Ingress("web", "a.example.com", "web"));
        _translation.Drain();
        _cache.Set(Objects.Class("yarp", controller: "example.com/other"));
        var change = _translation.Drain();
        Assert.Equal([Web], change.IngressesRemoved);
        Assert.Equal(["a.example.com"], change.HostsRemoved);
        Assert.Empty(_translation.Problems.All);
        _cache.Set(Objects.Class("yarp"));
        Assert.Equal([Web], _translation.Drain().IngressesSet);
        _cache.RemoveIngressClass("yarp");
        Assert.Equal([Web], _translation.Drain().IngressesRemoved);
    }

    [Fact]
    public void A_default_class_takes_Ingresses_without_class_and_gives_them_back()
    {
        _cache.Set(Objects.Ingress("web", "a.example.com", "web", className: null));
        _cache.Set(Objects.Class("yarp"));
        Assert.True(_translation.Drain().IsEmpty);
        _cache.Set(Objects.Class("yarp", isDefault: true));
        Assert.Equal([Web], _translation.Drain().IngressesSet);
        _cache.Set(Objects.Class("yarp", controller: "example.com/other", isDefault: true));
        Assert.Equal([Web], _translation.Drain().IngressesRemoved);
        _cache.Set(Objects.Class("yarp", isDefault: true));
        _translation.Drain();
        _cache.Set(Objects.Class("yarp"));
        Assert.Equal([Web], _translation.Drain().IngressesRemoved);
    }

    [Fact]
    public void An_Ingress_that_changes_class_moves()
    {
        _cache.Set(Objects.Class("yarp"));
        _cache.Set(Objects.Ingress("web", "a.example.com", "web"));
        _translation.Drain();
        _cache.Set(Objects.Ingress("web", "a.example.com", "web", className: "nginx"));
        Assert.Equal([Web], _translation.Drain().IngressesRemoved);
        _cache.Set(Objects.Class("nginx"));
        Assert.Equal([Web], _translation.Drain().IngressesSet);
    }

    [Fact]
    public void Without_the_right_to_read_classes_their_name_decides()
    {
        _cache.Set(Objects.Ingress("web", "a.example.com", "web"));
        _cache.Set(Objects.Ingress("other", "b.example.com", "web", className: "other"));
        _translation.Drain();
        _cache.SetClassesReadable(false);
        Assert.Equal([Web], _translation.Drain().IngressesSet);
        _cache.SetClassesReadable(true);
        Assert.Equal([Web], _translation.Drain().IngressesRemoved);
    }

    private static readonly ObjectKey Web = new("demo", "web");
}
