using YarpIngress.Translation.Ingress.Annotations;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys of balancing.</summary>
internal static class BalancingKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        new("load-balance", "round_robin or ewma, or any other value of the annotation", "round_robin",
            "How the endpoint of a request is chosen, unless an Ingress says otherwise.",
            (settings, text) => settings with
            {
                Routes = BalancingAnnotations.With(
                    settings.Routes, balancing => balancing with { Algorithm = BalancingAnnotations.Algorithm(text) }),
            }),
    ];
}
