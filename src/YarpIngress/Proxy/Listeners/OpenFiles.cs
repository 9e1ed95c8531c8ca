using System.Globalization;

namespace YarpIngress.Proxy.Listeners;

/// <summary>The files that the process may open; a socket is one of them.</summary>
internal static class OpenFiles
{
    private const string Limits = "/proc/self/limits";
    private const string InUse = "/proc/self/fd";
    private const string Line = "Max open files";

    /// <summary>How many more there may be; null where nobody says.</summary>
    public static int? Left()
    {
        if (!File.Exists(Limits) || !Directory.Exists(InUse))
            return null;
        var limit = File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal));
        return limit?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
            && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            ? most - Directory.EnumerateFileSystemEntries(InUse).Count()
            : null;
    }
}
