using YarpIngress.Chart.Tests.Values;

namespace YarpIngress.Chart.Tests;

/// <summary>Where the chart and what is made of it lie.</summary>
internal static class ChartFiles
{
    public static readonly bool Rewrite = Environment.GetEnvironmentVariable("YARPINGRESS_GOLDEN") == "rewrite";

    public static readonly string Repository = Root();

    public static readonly string Chart = Path.Combine(Repository, "charts", "yarp-ingress");

    public static readonly string Manifests = Path.Combine(Repository, "manifests");

    /// <summary>Ways to run, each with values of its own and manifests that are rendered with them.</summary>
    public static readonly IReadOnlyList<string> Profiles = ["daemonset-hostnetwork", "loadbalancer", "namespaced", "nodeport"];

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Chart, .. path]));

    public static CommentedValues Values() => new(Read("values.yaml"));

    public static string Profile(string name) => Read("profiles", name + ".yaml");

    /// <summary>The file has to hold the text; when golden files are rewritten, it gets it.</summary>
    public static void AssertMade(string path, string text)
    {
        if (Rewrite)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        Assert.True(File.Exists(path) && File.ReadAllText(path) == text, $"{path} is stale: ./build.sh golden makes it anew");
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "YarpIngress.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
