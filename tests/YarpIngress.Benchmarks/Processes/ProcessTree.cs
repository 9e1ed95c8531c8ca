using System.Globalization;

namespace YarpIngress.Benchmarks.Processes;

/// <summary>What a process and its descendants use, by the kernel's own accounting: nginx and haproxy work in children.</summary>
internal static class ProcessTree
{
    // USER_HZ, the unit of /proc/PID/stat: 100 on every Linux that .NET runs on.
    private const long TicksPerSecond = 100;

    /// <summary>Processor time so far, of children that have ended too.</summary>
    public static TimeSpan ProcessorTime(int root)
    {
        var members = Members(root);
        return TimeSpan.FromSeconds((double)members.Sum(member => member.Ticks) / TicksPerSecond);
    }

    /// <summary>Its own id and those of its descendants.</summary>
    public static IEnumerable<int> Ids(int root) => Members(root).Select(member => member.Id);

    /// <summary>Memory in use, pages that processes share counted in each.</summary>
    public static long ResidentBytes(int root) => Members(root).Sum(member => Kilobytes(member.Id, "status", "VmRSS:")) << 10;

    /// <summary>Memory in use, pages that processes share divided among them.</summary>
    public static long ProportionalBytes(int root) => Members(root).Sum(member => Kilobytes(member.Id, "smaps_rollup", "Pss:")) << 10;

    public static int Threads(int root) => Members(root).Sum(member => Directory.GetDirectories($"/proc/{member.Id}/task").Length);

    /// <summary>Open files, sockets and the like.</summary>
    public static int FileDescriptors(int root) => Members(root).Sum(member => Directory.GetFiles($"/proc/{member.Id}/fd").Length);

    private static List<Stat> Members(int root)
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), out var id) ? Read(id) : null)
            .OfType<Stat>()
            .ToDictionary(stat => stat.Id);
        var children = all.Values.ToLookup(stat => stat.Parent);
        var members = new List<Stat>();
        var open = new Queue<Stat>(all.TryGetValue(root, out var first) ? [first] : Array.Empty<Stat>());
        while (open.TryDequeue(out var next))
        {
            members.Add(next);
            foreach (var child in children[next.Id])
                open.Enqueue(child);
        }

        return members.Count > 0 ? members : throw new InvalidOperationException($"process {root} has ended");
    }

    private static Stat? Read(int id)
    {
        if (TryReadText($"/proc/{id}/stat") is not { } text)
            return null;

        // The name, in parentheses, may hold anything: fields are counted from behind it, the first being number 3 of proc(5).
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
        return new Stat(id, (int)Field(4), Field(14) + Field(15) + Field(16) + Field(17));
    }

    private static long Kilobytes(int id, string file, string name) =>
        TryReadText($"/proc/{id}/{file}")?.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line.AsSpan(name.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture)
            : 0;

    private static string? TryReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // It has ended since it was listed.
            return null;
        }
    }

    private sealed record Stat(int Id, int Parent, long Ticks);
}
