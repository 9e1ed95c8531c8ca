using System.Diagnostics;
using System.Globalization;

namespace YarpIngress.Observability.Runtime;

/// <summary>What the operating system knows of this process. Where Linux' <c>/proc</c> is missing, its figures are null.</summary>
internal static class ProcessFigures
{
    private const string Self = "/proc/self/";

    /// <summary>When it began, in seconds since 1970.</summary>
    public static readonly double StartTime = Started();

    /// <summary>Seconds of processor time, user and system.</summary>
    public static double CpuSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Bytes of memory that are mapped in.</summary>
    public static double ResidentBytes => Environment.WorkingSet;

    /// <summary>Bytes of address space.</summary>
    public static double? VirtualBytes =>
        Read("statm")?.Split(' ') is [var pages, ..] && long.TryParse(pages, CultureInfo.InvariantCulture, out var count)
            ? count * (double)Environment.SystemPageSize
            : null;

    /// <summary>Bytes that read calls got from files, sockets not included.</summary>
    public static double? ReadBytes => Field("io", "read_bytes:");

    /// <summary>Bytes that write calls gave to files, sockets not included.</summary>
    public static double? WrittenBytes => Field("io", "write_bytes:");

    /// <summary>File descriptors in use.</summary>
    public static double? OpenFiles => Directory.Exists(Self + "fd") ? Directory.EnumerateFileSystemEntries(Self + "fd").Count() : null;

    /// <summary>How many there may be.</summary>
    public static double? MostFiles => Field("limits", "Max open files");

    /// <summary>Bytes of memory that the container may use; null without a limit.</summary>
    public static double? MemoryLimit =>
        // Version 2 of cgroups, then version 1, which writes a huge number for no limit.
        (ReadAll("/sys/fs/cgroup/memory.max") ?? ReadAll("/sys/fs/cgroup/memory/memory.limit_in_bytes"))?.Trim() is { } text
        && long.TryParse(text, CultureInfo.InvariantCulture, out var limit) && limit < 1L << 60
            ? limit
            : null;

    /// <summary>Threads.</summary>
    public static double? Threads => Field("status", "Threads:");

    private static double? Field(string file, string name)
    {
        foreach (var line in Read(file)?.Split('\n') ?? [])
        {
            if (!line.StartsWith(name, StringComparison.Ordinal))
                continue;
            var value = line[name.Length..].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return double.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : null;
        }
        return null;
    }

    private static string? Read(string file) => ReadAll(Self + file);

    private static string? ReadAll(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // Another system, or a container that hides it: the figure is left out.
        }
    }

    private static double Started()
    {
        using var self = Process.GetCurrentProcess();
        return (self.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }
}
