using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Tests.Certificates;
using YarpIngress.Translation.Tests.Golden;

namespace YarpIngress.Translation.Tests.Properties;

/// <summary>Objects as large as the API server stores them. What were quadratic would not end within the life of a test run.</summary>
public sealed class SizeTests
{
    private readonly ClusterCache _cache = new(new TranslationSettings());
    private readonly ClusterTranslation _translation;

    public SizeTests()
    {
        _translation = new ClusterTranslation(_cache, new FixedTime(FixedTime.Golden));
        _cache.Set(Objects.Class("yarp"));
    }

    [Fact]
    public void Ten_thousand_paths_to_a_missing_Service_are_one_problem()
    {
        var ingress = Objects.Ingress("big", "a.example.com", "gone");
        ingress.Spec!.Rules![0].Http!.Paths = [.. Enumerable.Range(0, 10_000).Select(i => Objects.Path($"/p{i}", "gone"))];
        _cache.Set(ingress);
        var change = _translation.Drain();
        Assert.Equal(10_000, Assert.Single(change.HostsSet).VirtualHost!.Routes.Count);
        Assert.Contains("10000 paths", Assert.Single(Assert.Single(change.Problems).Added).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_duplicate_paths_are_a_handful_of_problems()
    {
        var ingress = Objects.Ingress("big", "a.example.com", "web");
        ingress.Spec!.Rules![0].Http!.Paths = [.. Enumerable.Range(0, 10_000).Select(_ => Objects.Path("/same", "web"))];
        _cache.Set(ingress);
        Assert.InRange(_translation.Drain().Problems.Sum(p => p.Added.Count), 1, 20);
    }

    [Fact]
    public void Changing_one_of_ten_thousand_hosts_of_an_Ingress_translates_that_host()
    {
        _cache.Set(ManyHosts("web"));
        Assert.Equal(10_000, _translation.Drain().HostsSet.Count);
        var changed = ManyHosts("web");
        changed.Spec!.Rules![5_000].Http!.Paths = [Objects.Path("/other", "web")];
        _cache.Set(changed);
        Assert.Equal(["h5000.example.com"], _cache.Dirty.Hosts);
        Assert.Equal("h5000.example.com", Assert.Single(_translation.Drain().HostsSet).Host);
    }

    [Fact]
    public void Thousands_of_TLS_entries_without_hosts_and_of_hosts_without_entry_cost_their_sum()
    {
        var ingress = ManyHosts("web");
        ingress.Spec!.Tls = [.. Enumerable.Range(0, 10_000).Select(i => new V1IngressTLS { SecretName = $"s{i}" })];
        _cache.Set(ingress);
        var secret = TestCertificates.Secret("s9999", "*.example.com");
        _cache.Set(secret);
        Assert.All(_translation.Drain().HostsSet, h => Assert.Equal("s9999", h.CertificateSecret?.Name));
    }

    [Fact]
    public void A_host_shared_by_thousands_of_Ingresses_keeps_their_order()
    {
        for (var i = 0; i < 3_000; i++)
            _cache.Set(Objects.Ingress($"i{i}", "a.example.com", "web", $"/p{i % 1_500}", age: i));
        var routes = Assert.Single(_translation.Drain().HostsSet).VirtualHost!.Routes;
        Assert.Equal(1_500, routes.Count);
        Assert.All(
            routes, r => Assert.InRange(int.Parse(r.Ingress.Name[1..], System.Globalization.CultureInfo.InvariantCulture), 1_500, 2_999));
    }

    [Fact]
    public void A_megabyte_of_annotation_does_not_matter()
    {
        var ingress = Objects.Ingress("big", "a.example.com", "web");
        ingress.Metadata.Annotations = new()
        {
            ["nginx.ingress.kubernetes.io/configuration-snippet"] = new string('{', 1 << 20),
            ["kubernetes.io/ingress.class"] = new string('x', 1 << 20),
        };
        _cache.Set(ingress);
        Assert.Single(_translation.Drain().HostsSet);
    }

    [Fact]
    public void A_megabyte_in_any_name_is_cut_short_in_messages()
    {
        var huge = new string('x', 1 << 20);
        var ingress = Objects.Ingress("big", huge, huge, huge);
        ingress.Spec!.Rules!.Add(new V1IngressRule { Http = new V1HTTPIngressRuleValue { Paths = [Objects.Path("/" + huge, huge), Objects.Path("/", "web", huge)] } });
        ingress.Spec.Tls = [new V1IngressTLS { Hosts = [huge], SecretName = huge }];
        _cache.Set(ingress);
        var problems = _translation.Drain().Problems.SelectMany(p => p.Added).ToList();
        Assert.NotEmpty(problems);
        Assert.All(problems, p => Assert.InRange(p.Message.Length, 1, 1024));
    }

    private static V1Ingress ManyHosts(string service)
    {
        var ingress = Objects.Ingress("big", "unused", service);
        ingress.Spec!.Rules =
            [.. Enumerable.Range(0, 10_000).Select(i => Objects.Ingress("x", $"h{i}.example.com", service).Spec!.Rules![0])];
        return ingress;
    }
}
