namespace YarpIngress.Benchmarks;

/// <summary>Where things are that the build puts beside the benchmarks, and where results go.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <summary>The controller as <c>./build.sh bench</c> publishes it: what the image holds.</summary>
    public static string Controller => Artifact("publish", "yarp-ingress", "yarp-ingress.dll");

    /// <summary>The printed result of a part.</summary>
    public static string ResultOf(string part) => Artifact("bench", part + ".txt");

    /// <summary>The plot in the documentation.</summary>
    public static string UpdateCostPlot => Path.Combine(Root, "docs", "update-cost.svg");

    /// <summary>A file that comes with the benchmarks.</summary>
    public static string Asset(params ReadOnlySpan<string> path) => Path.Combine([AppContext.BaseDirectory, .. path]);

    private static string Artifact(params ReadOnlySpan<string> path) => Path.Combine([Root, "artifacts", .. path]);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "YarpIngress.sln")))
            directory = directory.Parent;
        return directory?.FullName
            ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not inside the repository: run ./build.sh bench");
    }
}
