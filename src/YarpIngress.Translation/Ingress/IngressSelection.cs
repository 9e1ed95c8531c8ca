using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// Whose an Ingress is. In ingress-nginx's order: <c>spec.ingressClassName</c>, then the legacy annotation, then
/// <c>--watch-ingress-without-class</c>; but a default IngressClass counts as set on an Ingress that names none.
/// </summary>
public static class IngressSelection
{
    /// <summary>The legacy annotation.</summary>
    public const string ClassAnnotation = "kubernetes.io/ingress.class";

    /// <summary>Decides about <paramref name="ingress"/>.</summary>
    public static SelectionOutcome Decide(V1Ingress ingress, IngressClasses classes, TranslationSettings settings)
    {
        if (SpecClass(ingress) is { } name)
            return ByClass(name, classes, settings);
        if (AnnotationClass(ingress) is { } annotation)
            return annotation == settings.IngressClass ? SelectionOutcome.OursByAnnotation : SelectionOutcome.OtherAnnotation;
        if (classes.Default is { } byDefault)
            return IsOurs(byDefault, settings) ? SelectionOutcome.OursByDefaultClass : SelectionOutcome.OtherDefaultClass;
        return settings.WatchIngressWithoutClass ? SelectionOutcome.OursWithoutClass : SelectionOutcome.NoClass;
    }

    /// <summary>
    /// The IngressClass whose change may change the decision: its name, empty for the default class, null when no class
    /// matters to this Ingress.
    /// </summary>
    public static string? DependsOn(V1Ingress ingress) => SpecClass(ingress) ?? (AnnotationClass(ingress) is null ? "" : null);

    /// <summary>Whether Ingresses of <paramref name="value"/> are ours.</summary>
    public static bool IsOurs(V1IngressClass value, TranslationSettings settings) =>
        value.Spec?.Controller == settings.ControllerClass || (settings.IngressClassByName && value.Metadata.Name == settings.IngressClass);

    /// <summary>Whether <paramref name="outcome"/> makes the Ingress ours.</summary>
    public static bool IsOurs(this SelectionOutcome outcome) => outcome <= SelectionOutcome.OursWithoutClass;

    /// <summary>The decision in words, for <c>translate</c> and <c>explain</c>.</summary>
    public static string Describe(this SelectionOutcome outcome, V1Ingress ingress, TranslationSettings settings) => outcome switch
    {
        SelectionOutcome.OursByClass => $"its class {Quoted.Value(SpecClass(ingress))} is ours",
        SelectionOutcome.OursByAnnotation => $"its annotation {ClassAnnotation} is {Quoted.Value(settings.IngressClass)}",
        SelectionOutcome.OursByDefaultClass => "it names no class and the default class is ours",
        SelectionOutcome.OursWithoutClass => "it names no class and --watch-ingress-without-class is set",
        SelectionOutcome.ClassNotFound => $"its class {Quoted.Value(SpecClass(ingress))} does not exist",
        SelectionOutcome.OtherClass =>
            $"its class {Quoted.Value(SpecClass(ingress))} belongs to another controller than {settings.ControllerClass}",
        SelectionOutcome.OtherAnnotation =>
            $"its annotation {ClassAnnotation} is {Quoted.Value(AnnotationClass(ingress))}, not {Quoted.Value(settings.IngressClass)}",
        SelectionOutcome.OtherDefaultClass => "it names no class and the default class belongs to another controller",
        _ => "it names no class and --watch-ingress-without-class is not set",
    };

    private static SelectionOutcome ByClass(string name, IngressClasses classes, TranslationSettings settings)
    {
        if (!classes.Readable)
            return name == settings.IngressClass ? SelectionOutcome.OursByClass : SelectionOutcome.OtherClass;
        if (classes.Find(name) is not { } found)
            return SelectionOutcome.ClassNotFound;
        return IsOurs(found, settings) ? SelectionOutcome.OursByClass : SelectionOutcome.OtherClass;
    }

    private static string? SpecClass(V1Ingress ingress) => ingress.Spec?.IngressClassName is { Length: > 0 } name ? name : null;

    private static string? AnnotationClass(V1Ingress ingress) =>
        ingress.Metadata.Annotations?.GetValueOrDefault(ClassAnnotation) is { Length: > 0 } value ? value : null;
}

/// <summary>Why an Ingress is ours or is not.</summary>
public enum SelectionOutcome
{
    /// <summary>Its class is ours.</summary>
    OursByClass,

    /// <summary>The legacy annotation names us.</summary>
    OursByAnnotation,

    /// <summary>It names no class and the default class is ours.</summary>
    OursByDefaultClass,

    /// <summary>It names no class, there is no default class, and we take those.</summary>
    OursWithoutClass,

    /// <summary>Its class does not exist.</summary>
    ClassNotFound,

    /// <summary>Its class is another controller's.</summary>
    OtherClass,

    /// <summary>The legacy annotation names another controller.</summary>
    OtherAnnotation,

    /// <summary>It names no class and the default class is another controller's.</summary>
    OtherDefaultClass,

    /// <summary>It names no class.</summary>
    NoClass,
}
