using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Tests.Cluster;
using YarpIngress.Translation.Tests.Golden;

namespace YarpIngress.Translation.Tests.Properties;

public sealed class IncrementalTests
{
    private const int Seeds = 40;
    private const int StepsPerSeed = 120;

    public static TheoryData<string> SettingsNames() => ["defaults", "everything"];

    [Theory]
    [MemberData(nameof(SettingsNames))]
    public void Translating_changes_one_by_one_comes_to_the_same_as_translating_all_at_once(string name)
    {
        var settings = Settings(name);
        var time = new FixedTime(FixedTime.Golden);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var world = new RandomCluster(seed);
            var cache = new ClusterCache(settings);
            var translation = new ClusterTranslation(cache, time);
            var mirror = new Mirror();
            for (var step = 0; step < StepsPerSeed; step++)
            {
                world.Step(cache);
                if (!world.Chance(3))
                    continue;
                mirror.Apply(translation.Drain());
                if (step % 10 == 0)
                    Assert.True(FromScratch(world, settings, time) == mirror.Describe(), $"seed {seed}, step {step}");
            }

            mirror.Apply(translation.Drain());
            Assert.Equal(FromScratch(world, settings, time), mirror.Describe());
            Assert.False(translation.IsDirty);
            Assert.True(translation.Drain().IsEmpty);
        }
    }

    [Fact]
    public void Taking_everything_away_leaves_nothing()
    {
        var cache = new ClusterCache(new TranslationSettings());
        var translation = new ClusterTranslation(cache, TimeProvider.System);
        var world = new RandomCluster(7);
        for (var step = 0; step < 400; step++)
            world.Step(cache);
        translation.Drain();
        foreach (var kind in (string[])["Ingress", "Service", "EndpointSlice", "Endpoints", "Secret", "IngressClass"])
        {
            foreach (var ns in (string[])["demo", "other", ""])
            {
                foreach (var name in (string[])["one", "two", "three", "four", "yarp", "nginx", "one-0", "one-1", "two-0", "two-1", "three-0", "three-1", "four-0", "four-1"])
                    cache.Remove(kind, new ObjectKey(ns, name));
            }
        }

        translation.Drain();
        Assert.Empty(translation.Hosts);
        Assert.Empty(translation.Backends);
        Assert.Empty(translation.Certificates);
        Assert.Empty(translation.Problems.All);
        Assert.Empty(cache.ReferencedSecrets);
    }

    private static TranslationSettings Settings(string name) => name == "defaults" ? new() : new()
    {
        WatchIngressWithoutClass = true,
        IngressClassByName = true,
        DefaultBackendService = new ObjectKey("demo", "one"),
        DefaultCertificate = new ObjectKey("demo", "two"),
        DisableExternalName = true,
    };

    private static string FromScratch(RandomCluster world, TranslationSettings settings, TimeProvider time)
    {
        var cache = new ClusterCache(settings);
        world.SetAll(cache);
        var mirror = new Mirror();
        mirror.Apply(new ClusterTranslation(cache, time).Drain());
        return mirror.Describe();
    }
}
