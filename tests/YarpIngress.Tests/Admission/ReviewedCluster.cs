using YarpIngress.Controller.Admission;
using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation;

namespace YarpIngress.Tests.Admission;

/// <summary>A controller's cache and translation without an API server.</summary>
internal sealed class ReviewedCluster
{
    public ReviewedCluster(TranslationSettings? settings = null)
    {
        Cache = new ClusterCache(settings ?? new TranslationSettings());
        Translation = new ClusterTranslation(Cache, TimeProvider.System);
        Review = new IngressReview(Cache, Translation, _ => true);
        Cache.Set(new V1IngressClass
        {
            Metadata = new V1ObjectMeta { Name = "yarp" },
            Spec = new V1IngressClassSpec { Controller = Cache.Settings.ControllerClass },
        });
        Translation.Drain();
    }

    public ClusterCache Cache { get; }

    public ClusterTranslation Translation { get; }

    public IngressReview Review { get; }

    public static V1Ingress Read(string yaml) => Decode<V1Ingress>(yaml);

    public void Apply(string yaml)
    {
        if (ManifestReader.ReadText(yaml).Single().Object["kind"]!.GetValue<string>() == "Service")
            Cache.Set(Decode<V1Service>(yaml));
        else
            Cache.Set(Read(yaml));
        Translation.Drain();
    }

    public ReviewOutcome Judge(V1Ingress ingress)
    {
        var settings = Review.Settings(ingress);
        Assert.NotNull(settings);
        return Review.Judge(Review.Read(ingress, settings));
    }

    private static T Decode<T>(string yaml)
        where T : class, IKubernetesObject<T> => ObjectDecoder.Decode<T>(ManifestReader.ReadText(yaml).Single().Object).Object
            ?? throw new ArgumentException("not readable", nameof(yaml));
}
