using System.Text.RegularExpressions;
using YarpIngress.Tests.Controller;

namespace YarpIngress.Tests.Monitoring;

/// <summary>Rules and dashboards against what a controller really exposes.</summary>
public sealed partial class MetricNameTests
{
    [Fact]
    public async Task Every_metric_that_is_asked_for_exists()
    {
        await using var bed = await TestBed.StartAsync();
        var controller = await bed.StartReadyControllerAsync();
        var (_, metrics) = await bed.AdminAsync(controller, "/metrics");
        var known = Described().Matches(metrics).Select(match => match.Groups[1].Value).ToHashSet();
        var asked = MonitoringFiles.WithQueries.SelectMany(text => Asked().Matches(text)).Select(match => match.Value).Distinct();
        Assert.DoesNotContain(asked, name => !known.Contains(name) && !known.Contains(Part().Replace(name, "")));
    }

    [GeneratedRegex(@"(?m)^# TYPE (\S+) ", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Described();

    [GeneratedRegex(@"\byarp_ingress_controller_[a-z0-9_]+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Asked();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Part();
}
