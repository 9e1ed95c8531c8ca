namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>An annotation that ingress-nginx acts on, or once did, and this version does not.</summary>
/// <param name="Name">Without prefix.</param>
/// <param name="Risk">As ingress-nginx rates it.</param>
/// <param name="Why">Why nothing is done.</param>
/// <param name="Values">What ingress-nginx takes, for people.</param>
/// <param name="Reason">Why it is not done; a part of a sentence.</param>
/// <param name="Instead">What to do instead; a part of a sentence.</param>
public sealed record UnsupportedAnnotation(
    string Name, AnnotationRisk Risk, Unsupported Why, string Values, string Reason, string Instead)
{
    /// <summary>Whose requests stay unanswered, since the annotation was meant to protect them.</summary>
    public Closes Closes { get; init; }

    /// <summary>What it acts on in ingress-nginx.</summary>
    public AnnotationScope Scope { get; init; }

    /// <summary>Values that ask for nothing: then nothing is missing either.</summary>
    public IReadOnlyList<string> Nothing { get; init; } = [];

    /// <summary>The annotation that it adds to, without which ingress-nginx does nothing either; null when it acts alone.</summary>
    public string? Needs { get; init; }

    /// <summary>Whether the value is nginx configuration, which may protect by what is in it.</summary>
    public bool IsSnippet { get; init; }
}

/// <summary>Why an annotation is not acted on.</summary>
public enum Unsupported
{
    /// <summary>It is nginx's configuration or one of its modules: it will not be there.</summary>
    ByDesign,

    /// <summary>What it tunes does not exist here; requests are served the same without.</summary>
    NoMeaning,

    /// <summary>Today's ingress-nginx does not act on it either.</summary>
    Removed,
}

/// <summary>What stays closed when a protection can't be given.</summary>
public enum Closes
{
    /// <summary>Nothing: it is no protection.</summary>
    Nothing,

    /// <summary>The routes of the Ingress.</summary>
    Routes,

    /// <summary>Every route of the Ingress's hosts, also those of other Ingresses, which ingress-nginx would protect as well.</summary>
    Hosts,
}
