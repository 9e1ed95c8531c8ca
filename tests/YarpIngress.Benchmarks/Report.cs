using System.Globalization;

namespace YarpIngress.Benchmarks;

/// <summary>What a part prints, which is also kept in <c>artifacts/bench</c> for <c>docs/benchmarks.md</c> to quote.</summary>
internal sealed class Report : IDisposable
{
    private readonly StreamWriter _file;

    public Report(string part)
    {
        var path = Repository.ResultOf(part);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new StreamWriter(path) { AutoFlush = true };
    }

    public void Line(string text = "")
    {
        Console.WriteLine(text);
        _file.WriteLine(text);
    }

    public void Line(FormattableString text) => Line(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>The machine and the day.</summary>
    public void Machine() => Line(
        $"{Environment.ProcessorCount} processors ({ProcessorName()}), .NET {Environment.Version}, {DateTime.UtcNow:yyyy-MM-dd}");

    /// <summary>What is going on, for whoever watches; not part of the result.</summary>
    public static void Progress(string text)
    {
        if (!Console.IsErrorRedirected)
            Console.Error.Write($"\r{text,-100}\r");
    }

    public void Dispose() => _file.Dispose();

    private static string ProcessorName() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line.Split(':', 2)[1].Trim()
            : "unknown";
}
