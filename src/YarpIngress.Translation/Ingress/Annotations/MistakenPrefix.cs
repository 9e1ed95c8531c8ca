using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>A name that is ours behind a prefix that is nearly ours, as in <c>nginx.ingres.kubernetes.io/rewrite-target</c>.</summary>
internal static class MistakenPrefix
{
    private const int Farthest = 3;

    public static void Report(AnnotationSource source)
    {
        foreach (var key in source.Values.Keys)
        {
            var slash = key.IndexOf('/');
            if (slash <= 0 || !IsKnown(key[(slash + 1)..]))
                continue;
            string[] ours = [source.Settings.AnnotationsPrefix, IngressAnnotations.OwnPrefix];
            var prefix = key[..slash];
            if (!ours.Contains(prefix) && NearestName.Find(prefix, ours, Farthest) is { } meant)
                source.Problems.Warning(
                    ProblemReasons.UnknownAnnotation, $"metadata.annotations[{key}]",
                    $"prefix {Quoted.Value(prefix)} is not ours, and the annotation has no effect; did you mean {meant}{key[slash..]}?");
        }
    }

    private static bool IsKnown(string name) =>
        IngressAnnotations.ByName.ContainsKey(name) || UnsupportedAnnotations.ByName.ContainsKey(name);
}
