namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>What an annotation acts on.</summary>
public enum AnnotationScope
{
    /// <summary>The paths of its Ingress.</summary>
    Ingress,

    /// <summary>The hosts of its Ingress, and so other Ingresses with these hosts too.</summary>
    Host,

    /// <summary>How its Ingress's Services are talked to.</summary>
    Backend,

    /// <summary>The whole gateway.</summary>
    Gateway,
}
