namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Two annotations that set the same thing: ours wins, and the other one is a problem.</summary>
internal static class OverriddenAnnotations
{
    /// <summary>Reports what <paramref name="annotation"/>, found as <paramref name="key"/>, wins over.</summary>
    public static void Report(Annotation annotation, string key, AnnotationSource source)
    {
        if (!key.StartsWith(IngressAnnotations.OwnPrefix + "/", StringComparison.Ordinal))
            return;
        var value = source.Values[key];
        foreach (var name in annotation.Aliases.Append(annotation.Name))
        {
            var other = $"{source.Settings.AnnotationsPrefix}/{name}";
            if (other != key && source.Values.TryGetValue(other, out var lost) && lost != value)
                Lost(other, key, source);
        }
        foreach (var name in annotation.Overrides)
            if (source.KeyOf(name) is { } overridden)
                Lost(overridden, key, source);
    }

    private static void Lost(string key, string winner, AnnotationSource source) => source.Problems.Warning(
        Model.ProblemReasons.DuplicateAnnotation, $"metadata.annotations[{key}]", $"{winner} sets the same thing, and is used instead");
}
