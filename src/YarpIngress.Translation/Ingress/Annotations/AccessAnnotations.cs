using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>How address lists, passwords and external authentication go together; see <see cref="Model.AccessPolicy"/>.</summary>
internal static class AccessAnnotations
{
    public static readonly IReadOnlyList<Annotation> All =
    [
        new("satisfy", AnnotationRisk.Low, "all or any", "all",
            "Whether a client has to pass every one of the address list, the password and external authentication, or any one of them.",
            (policies, text) => policies with
            {
                Access = policies.Access with { SatisfyAny = SettingValue.Word(text, ("all", false), ("any", true)) },
            })
        {
            Example = "any",
        },
    ];
}
