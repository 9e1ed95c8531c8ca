namespace YarpIngress.Commands.Migrate;

/// <summary>What becomes of the Ingresses of ingress-nginx here.</summary>
internal sealed record MigrationReport
{
    /// <summary>The counts.</summary>
    public required MigrationSummary Summary { get; init; }

    /// <summary>The Ingresses, those that need work first, then by name.</summary>
    public required IReadOnlyList<MigratedIngress> Ingresses { get; init; }

    /// <summary>Every annotation that they carry, the most used first.</summary>
    public required IReadOnlyList<AnnotationUse> Annotations { get; init; }

    /// <summary>What is to be said of the global ConfigMap and of objects that can't be read.</summary>
    public required IReadOnlyList<MigrationNote> Others { get; init; }

    /// <summary>Ingresses that were left out, and why.</summary>
    public required IReadOnlyList<SkippedIngress> Skipped { get; init; }
}

/// <summary>How many Ingresses there are of each verdict.</summary>
/// <param name="Ingresses">All that were looked at.</param>
/// <param name="Exact">Carry over exactly.</param>
/// <param name="Differ">Are served, with a difference.</param>
/// <param name="Refused">Ask for something that is refused.</param>
/// <param name="Skipped">Were left out: other controllers'.</param>
internal sealed record MigrationSummary(int Ingresses, int Exact, int Differ, int Refused, int Skipped);

/// <summary>What becomes of an Ingress, or of one of its annotations; the worst of its parts.</summary>
internal enum Verdict
{
    /// <summary>Does here what it did there, nothing included.</summary>
    Exact,

    /// <summary>Is served, with a difference.</summary>
    Differs,

    /// <summary>Is not done, or keeps its requests from being served.</summary>
    Refused,
}

/// <summary>One Ingress.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Hosts">Its hosts; one without a name is <c>*</c>.</param>
/// <param name="Verdict">The worst of all below.</param>
/// <param name="Annotations">What becomes of each annotation, the worst first.</param>
/// <param name="Notes">What is to be said beside.</param>
internal sealed record MigratedIngress(
    string Namespace,
    string Name,
    IReadOnlyList<string> Hosts,
    Verdict Verdict,
    IReadOnlyList<MigratedAnnotation> Annotations,
    IReadOnlyList<MigrationNote> Notes);

/// <summary>One annotation of one Ingress.</summary>
/// <param name="Key">With its prefix.</param>
/// <param name="Value">Its value.</param>
/// <param name="Verdict">What becomes of it.</param>
/// <param name="Text">How it differs, or why it is refused and what to do instead; empty when it carries over.</param>
internal sealed record MigratedAnnotation(string Key, string Value, Verdict Verdict, string Text);

/// <summary>A problem that is no annotation's.</summary>
/// <param name="Object">The object, as <c>Kind namespace/name</c>.</param>
/// <param name="Verdict">How much it matters.</param>
/// <param name="Reason">Why, machine-readable.</param>
/// <param name="Field">Where; may be empty.</param>
/// <param name="Text">For people.</param>
internal sealed record MigrationNote(string Object, Verdict Verdict, string Reason, string Field, string Text);

/// <summary>How often an annotation is used, by what becomes of it.</summary>
/// <param name="Name">Without prefix.</param>
/// <param name="Ingresses">How many Ingresses carry it.</param>
/// <param name="Exact">How often it carries over.</param>
/// <param name="Differ">How often it differs.</param>
/// <param name="Refused">How often it is refused.</param>
internal sealed record AnnotationUse(string Name, int Ingresses, int Exact, int Differ, int Refused);

/// <summary>An Ingress that was left out.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Why">Why.</param>
internal sealed record SkippedIngress(string Namespace, string Name, string Why);
