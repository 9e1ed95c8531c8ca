using System.Globalization;
using System.Net.Sockets;

namespace YarpIngress.Proxy.Listeners;

/// <summary>The files that the process may open; a socket is one of them. Without any the runtime itself comes to its end.</summary>
internal static class OpenFiles
{
    // For assemblies that are loaded late, probes, the API server, bodies in temporary files.
    private const int Kept = 64;
    private const string Limits = "/proc/self/limits";
    private const string InUse = "/proc/self/fd";
    private const string Line = "Max open files";

    private static readonly long Most = Limit();

    /// <summary>How many more there may be; null where nobody says.</summary>
    public static int? Left() => Most < int.MaxValue ? (int)Most - Directory.EnumerateFileSystemEntries(InUse).Count() : null;

    /// <summary>Whether there are enough files left beside a new socket; its number is the lowest that was free.</summary>
    public static bool AreLeftBeside(Socket socket) => OperatingSystem.IsWindows() || socket.Handle < Most - Kept;

    private static long Limit()
    {
        if (!File.Exists(Limits) || !Directory.Exists(InUse))
            return long.MaxValue;
        var limit = File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal));
        return limit?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
            && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            ? most
            : long.MaxValue;
    }
}
