using YarpIngress.Translation.Ingress.Annotations;

namespace YarpIngress.Translation.Tests.Docs;

/// <summary>What the documentation says of one annotation.</summary>
internal sealed record AnnotationEntry
{
    public required string Name { get; init; }

    public required string Prefix { get; init; }

    public required string Status { get; init; }

    public required string Values { get; init; }

    public required string Default { get; init; }

    public required string Scope { get; init; }

    public required string Risk { get; init; }

    public required IReadOnlyList<string> Sentences { get; init; }

    public string? Example { get; init; }

    public static AnnotationEntry Of(Annotation annotation, string name, string prefix)
    {
        List<string> sentences = [Sentence(annotation.Doc)];
        if (name != annotation.Name)
            sentences.Add($"Another name for `{annotation.Name}`.");
        else if (annotation.Aliases.Count > 0)
            sentences.Add($"Also named {string.Join(", ", annotation.Aliases.Select(alias => $"`{alias}`"))}.");
        if (annotation.FailsClosed)
            sentences.Add($"Where the value is not allowed, {annotation.ClosedAnswer}.");
        if (annotation.Difference is { } difference)
            sentences.Add($"Differs from {(annotation.OwnOnly ? "Microsoft's controller" : "ingress-nginx")}: {Sentence(difference, capital: false)}");
        return new AnnotationEntry
        {
            Name = name,
            Prefix = prefix,
            Status = annotation.Difference is null ? "supported" : "differs",
            Values = annotation.Values,
            Default = annotation.Default,
            Scope = Word(annotation.Scope),
            Risk = Word(annotation.Risk),
            Sentences = sentences,
            Example = annotation.Example,
        };
    }

    public static AnnotationEntry Of(UnsupportedAnnotation annotation) => new()
    {
        Name = annotation.Name,
        Prefix = "",
        Status = annotation.Why switch
        {
            Unsupported.ByDesign => "refused",
            Unsupported.NoMeaning => "no meaning",
            _ => "removed",
        },
        Values = annotation.Values,
        Default = "unset",
        Scope = Word(annotation.Scope),
        Risk = Word(annotation.Risk),
        Sentences =
        [
            Sentence($"{(annotation.IsSnippet ? "It" : $"`{annotation.Name}`")} {annotation.Reason}"),
            annotation switch
            {
                { Closes: Closes.Routes } => "Requests answer 503, so that nothing is served unprotected.",
                { Closes: Closes.Hosts } => "Requests for the Ingress's hosts answer 503, so that nothing is served unprotected.",
                { IsSnippet: true } => "It is ignored, unless a directive in it refuses requests (`deny`, `auth_basic`, `return 403`…): then requests answer 503.",
                _ => "It is ignored.",
            },
            .. annotation.Needs is { } needs ? [$"Without `{needs}` it has no effect."] : Array.Empty<string>(),
            Sentence($"instead: {annotation.Instead}"),
        ],
    };

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Sentence(string text, bool capital = true)
    {
        var begin = capital ? char.ToUpperInvariant(text[0]) + text[1..] : text;
        return begin.EndsWith('.') ? begin : begin + ".";
    }
}
