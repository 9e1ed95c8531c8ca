using System.Globalization;

namespace YarpIngress.Benchmarks.Load;

/// <summary>The line with which our scripts and clients say what they saw: counts, and times in microseconds.</summary>
/// <param name="Requests">Answers, good and bad.</param>
/// <param name="Microseconds">How long it asked.</param>
/// <param name="Broken">Connections that broke, requests without an answer.</param>
/// <param name="Refused">Answers with a status of 400 and more.</param>
/// <param name="P50">Time within which half of the answers came.</param>
/// <param name="P99">Time within which 99 of 100 came.</param>
internal sealed record ResultLine(long Requests, long Microseconds, long Broken, long Refused, long P50, long P99)
{
    private const string Word = "result ";

    public static ResultLine Parse(string output)
    {
        var line = output.Split('\n').LastOrDefault(line => line.StartsWith(Word, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"no result in:\n{output}");
        var values = line[Word.Length..].Split(' ').Select(value => long.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        return new ResultLine(values[0], values[1], values[2], values[3], values[4], values[5]);
    }

    /// <param name="isRefused">Whether refusals are the right answers.</param>
    public LoadResult Result(bool isRefused = false) => new(
        Requests,
        TimeSpan.FromMicroseconds(Microseconds),
        Broken + (isRefused ? Requests - Refused : Refused),
        P50 / 1000.0,
        P99 / 1000.0);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Word}{Requests} {Microseconds} {Broken} {Refused} {P50} {P99}");
}
