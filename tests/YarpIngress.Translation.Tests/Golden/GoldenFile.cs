using System.Runtime.CompilerServices;

namespace YarpIngress.Translation.Tests.Golden;

/// <summary>The pairs of files under <c>testdata</c>, in the source tree, so that rewriting them shows up in the diff.</summary>
internal static class GoldenFile
{
    private const string InputEnding = ".in.yaml";
    private const string OutputEnding = ".out.yaml";

    public static string Directory { get; } = Path.Combine(SourceDirectory(), "testdata");

    /// <summary>Set by <c>./build.sh golden</c>.</summary>
    public static bool Rewrite { get; } = Environment.GetEnvironmentVariable("YARPINGRESS_GOLDEN") == "rewrite";

    public static IEnumerable<string> Cases() => Names(InputEnding);

    public static IEnumerable<string> Outputs() => Names(OutputEnding);

    public static string Input(string name) => Path.Combine(Directory, name + InputEnding);

    public static string Output(string name) => Path.Combine(Directory, name + OutputEnding);

    private static IEnumerable<string> Names(string ending) => System.IO.Directory.EnumerateFiles(Directory, "*" + ending)
        .Select(f => Path.GetFileName(f)[..^ending.Length])
        .Order(StringComparer.Ordinal);

    private static string SourceDirectory([CallerFilePath] string file = "") => Path.GetDirectoryName(Path.GetDirectoryName(file))!;
}
