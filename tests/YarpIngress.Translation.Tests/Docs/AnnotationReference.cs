using System.Text;
using YarpIngress.Translation.Ingress.Annotations;

namespace YarpIngress.Translation.Tests.Docs;

/// <summary>Writes <c>docs/annotations.md</c> from the definitions of annotations.</summary>
internal static class AnnotationReference
{
    private const string Prefix = "nginx.ingress.kubernetes.io";

    private const string Introduction = $"""
        # Annotations

        <!-- Made from the definitions in src/YarpIngress.Translation/Ingress/Annotations by ./build.sh golden; do not edit. -->

        Every annotation of ingress-nginx, and our own. They are read under two prefixes: `{Prefix}/` (`--annotations-prefix`
        changes it) and `{IngressAnnotations.OwnPrefix}/`. Where an Ingress has one under both, ours wins.

        - **A value that is not allowed** is a problem (an Event on the Ingress, a log line, a metric, a line of
          `yarp-ingress translate`) that names the value, what is allowed, and what applies instead: the default, or, where the
          annotation was to protect something, 503 for every request until it is repaired.
        - **An empty value** is none, as in ingress-nginx, with a warning. Where the annotation was to protect something it is not
          allowed: ingress-nginx goes without most of these protections then, and here nothing is served unprotected by a template's mistake.
        - **Acts on**: *ingress* is the paths of its Ingress; *host* is its Ingress's hosts, and so other Ingresses with these
          hosts too; *backend* is how its Services are talked to, for its own paths.
        - **Risk** is what a tenant can do with it to others, as ingress-nginx rates it.
        - **A name that is not known** is a problem too, with a "did you mean" when one that is known is near.
        - `yarp-ingress migrate` says for existing Ingresses which of their annotations carry over; `yarp-ingress explain URL`
          shows what they do to a request.


        """;

    public static string Write()
    {
        var text = new StringBuilder(Introduction);
        var known = Entries().ToDictionary(entry => entry.Name);
        var names = NginxAnnotations.Names;
        text.Append($"## The {names.Count} annotations of ingress-nginx\n\n");
        Table(text, names.Select(name => known[name]));
        var others = known.Values.Where(entry => !names.Contains(entry.Name)).OrderBy(entry => entry.Name, StringComparer.Ordinal).ToList();
        text.Append("\n## Others\n\nOur own, under ours only where it says so, and those of older versions of ingress-nginx.\n\n");
        Table(text, others);
        text.Append("\n## One by one\n");
        foreach (var entry in known.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal))
            Section(text, entry);
        return text.ToString();
    }

    private static void Table(StringBuilder text, IEnumerable<AnnotationEntry> entries)
    {
        text.Append("| annotation | here | values | default | acts on | risk |\n|---|---|---|---|---|---|\n");
        foreach (var entry in entries)
            text.Append(
                $"| [`{entry.Name}`](#{entry.Name}) | {entry.Status} | {Cell(entry.Values)} | {Cell(entry.Default)} | {entry.Scope} | {entry.Risk} |\n");
    }

    private static void Section(StringBuilder text, AnnotationEntry entry)
    {
        text.Append($"\n### {entry.Name}\n\n");
        foreach (var sentence in entry.Sentences)
            text.Append(sentence).Append('\n');
        if (entry.Example is { } example)
            text.Append($"\n```yaml\n{entry.Prefix}/{entry.Name}: {YamlScalar(example)}\n```\n");
    }

    private static IEnumerable<AnnotationEntry> Entries()
    {
        foreach (var annotation in IngressAnnotations.All)
        {
            yield return AnnotationEntry.Of(annotation, annotation.Name, PrefixOf(annotation));
            foreach (var alias in annotation.Aliases)
                yield return AnnotationEntry.Of(annotation, alias, PrefixOf(annotation));
        }
        foreach (var annotation in UnsupportedAnnotations.ByName.Values)
            yield return AnnotationEntry.Of(annotation);
    }

    private static string PrefixOf(Annotation annotation) =>
        NginxAnnotations.Names.Contains(annotation.Name) ? Prefix : IngressAnnotations.OwnPrefix;

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string YamlScalar(string text) => text.Contains('\n', StringComparison.Ordinal)
        ? $"|\n{string.Join('\n', text.TrimEnd('\n').Split('\n').Select(line => $"  {line}"))}"
        : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
