using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Leaves an Ingress out of what the ConfigMap's <c>global-auth-url</c> asks for.</summary>
internal static class GlobalAuthAnnotations
{
    public static readonly IReadOnlyList<Annotation> All =
    [
        new("enable-global-auth", AnnotationRisk.Low, "true or false", "true",
            "Whether the ConfigMap's global-auth-url counts for the Ingress.",
            (policies, text) => SettingValue.Bool(text) || policies.Denied != UnsupportedKeys.GlobalAuth ? policies : policies with { Denied = null })
        {
            Difference = "this version does not ask the service of global-auth-url yet: where that is set, requests answer 503 unless this is false",
            Example = "false",
        },
    ];
}
