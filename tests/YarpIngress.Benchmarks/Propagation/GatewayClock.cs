using System.Globalization;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>What the gateway itself measured, from its metrics: from the arrival of a watch event until what it changes is live.</summary>
internal static class GatewayClock
{
    private const string Histogram = "yarp_ingress_controller_change_live_seconds_bucket";

    /// <summary>How many changes were live within 1 ms, within 10 ms, and how many there were, the first ones included.</summary>
    public static async Task<string> ReadAsync(int adminPort, CancellationToken ct)
    {
        using var client = new HttpClient();
        var lines = (await client.GetStringAsync(new Uri($"http://127.0.0.1:{adminPort}/metrics"), ct)).Split('\n');
        var (oneMillisecond, tenMilliseconds, all) = (Count(lines, "0.001"), Count(lines, "0.01"), Count(lines, "+Inf"));
        return $"by the gateway's own clock {oneMillisecond} of {all} changes were live within 1 ms, {tenMilliseconds} within 10 ms";
    }

    private static long Count(string[] lines, string bound) =>
        long.Parse(
            lines.Single(line => line.StartsWith(Histogram, StringComparison.Ordinal) && line.Contains($"le=\"{bound}\"", StringComparison.Ordinal))
                .Split(' ')[^1],
            CultureInfo.InvariantCulture);
}
