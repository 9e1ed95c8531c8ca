using System.Globalization;

namespace YarpIngress.Benchmarks.Load;

/// <summary>The line with which our scripts and clients say what they saw: counts, and times in microseconds.</summary>
internal static class ResultLine
{
    private const string Word = "result ";

    public static LoadResult Parse(string output)
    {
        var line = output.Split('\n').LastOrDefault(line => line.StartsWith(Word, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"no result in:\n{output}");
        var values = line[Word.Length..].Split(' ').Select(value => long.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        return new LoadResult(values[0], TimeSpan.FromMicroseconds(values[1]), values[2], values[3] / 1000.0, values[4] / 1000.0);
    }

    public static string Format(LoadResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Word}{result.Requests} {result.Elapsed.TotalMicroseconds:0} {result.Failures} {result.P50 * 1000:0} {result.P99 * 1000:0}");
}
