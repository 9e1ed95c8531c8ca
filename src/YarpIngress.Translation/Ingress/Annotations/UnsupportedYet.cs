namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>What is to come.</summary>
internal static class UnsupportedYet
{
    public static readonly IReadOnlyList<UnsupportedAnnotation> All = [];
}
