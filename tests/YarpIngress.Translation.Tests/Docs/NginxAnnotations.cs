using System.Runtime.CompilerServices;

namespace YarpIngress.Translation.Tests.Docs;

/// <summary>The names of all annotations of ingress-nginx, as its last version has them; none may go missing.</summary>
internal static class NginxAnnotations
{
    public static IReadOnlyList<string> Names { get; } = File.ReadAllLines(Path.Combine(SourceDirectory(), "ingress-nginx-annotations.txt"));

    /// <summary>The keys of its ConfigMap.</summary>
    public static IReadOnlyList<string> ConfigMapKeys { get; } =
        File.ReadAllLines(Path.Combine(SourceDirectory(), "ingress-nginx-configmap-keys.txt"));

    /// <summary>The root of the source tree.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(SourceDirectory(), "..", "..", ".."));

    private static string SourceDirectory([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
