using System.Globalization;
using System.Text.RegularExpressions;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Load;

/// <summary>h2load: TLS with the host's name in the handshake, HTTP/2 or HTTP/1.1, connections kept alive.</summary>
internal sealed partial record H2Load(string Host, string Path) : ILoad
{
    public int Connections { get; init; } = 64;

    /// <summary>Requests under way on one connection; 0 for HTTP/1.1.</summary>
    public int Streams { get; init; }

    public string Description => Streams == 0
        ? $"HTTP/1.1 over TLS 1.3, {Connections} connections kept alive"
        : $"HTTP/2 over TLS 1.3, {Connections} connections with {Streams} streams each";

    public async Task<LoadResult> RunAsync(Rival target, TimeSpan duration, CancellationToken ct)
    {
        var log = System.IO.Path.GetTempFileName();
        try
        {
            var output = await Tool.RunAsync(
                new Launch(
                    "h2load", Tool.Find("h2load"),
                    [
                        "-t", "1", "-c", $"{Connections}", "-D", $"{duration.TotalSeconds:0}",
                        .. Streams == 0 ? ["--h1"] : new[] { "-m", $"{Streams}" },
                        "--log-file", log, "--connect-to", $"{target.Https}", $"https://{Host}{Path}",
                    ])
                {
                    Processor = Processors.Load,
                },
                ct);
            return Read(output, await File.ReadAllLinesAsync(log, ct), duration);
        }
        finally
        {
            File.Delete(log);
        }
    }

    private LoadResult Read(string output, string[] log, TimeSpan duration)
    {
        if (!output.Contains("TLSv1.3", StringComparison.Ordinal))
            throw new InvalidOperationException($"h2load of https://{Host} did not speak TLS 1.3:\n{output}");

        // Columns: start, status (-1 without an answer), microseconds.
        var rows = log.Select(row => row.Split('\t')).ToArray();
        var times = rows.Select(row => long.Parse(row[2], CultureInfo.InvariantCulture)).Order().ToArray();
        var refused = rows.Count(row => int.Parse(row[1], CultureInfo.InvariantCulture) is < 0 or >= 400);
        var errored = long.Parse(Errored().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        return new LoadResult(times.Length, duration, Math.Max(refused, errored), At(times, 0.5), At(times, 0.99));
    }

    private static double At(long[] sorted, double quantile) =>
        sorted.Length == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(quantile * sorted.Length) - 1)] / 1000.0;

    [GeneratedRegex(@"(\d+) errored")]
    private static partial Regex Errored();
}
