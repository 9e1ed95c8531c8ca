namespace YarpIngress.LocalCluster.CommandLine;

/// <summary>The manifests that are applied when nothing else is asked for.</summary>
internal static class Quickstart
{
    private static readonly string Folder = Path.Combine("examples", "quickstart");

    /// <summary>The folder, above the working directory or above the program; null when there is none.</summary>
    public static string? Find() => Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory);

    private static string? Above(string start)
    {
        for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, Folder);
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
