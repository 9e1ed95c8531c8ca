using YarpIngress.Tests.Controller;

namespace YarpIngress.Tests.Monitoring;

public sealed class MetricDocsTests
{
    private static readonly bool Rewrite = Environment.GetEnvironmentVariable("YARPINGRESS_GOLDEN") == "rewrite";

    [Fact]
    public async Task The_documentation_lists_every_metric_and_variable_of_the_log()
    {
        await using var bed = await TestBed.StartAsync();
        var controller = await bed.StartControllerAsync();
        var document = await File.ReadAllTextAsync(MetricDocs.Path, TestContext.Current.CancellationToken);
        var made = MetricDocs.With(document, "metrics", MetricDocs.Metrics(controller.Metrics));
        made = MetricDocs.With(made, "variables", MetricDocs.LogVariables());
        if (Rewrite)
            await File.WriteAllTextAsync(MetricDocs.Path, made, TestContext.Current.CancellationToken);
        Assert.True(Rewrite || document == made, "docs/observability.md is stale: ./build.sh golden makes it anew");
        Assert.All(controller.Metrics.Metrics, metric => Assert.EndsWith(".", metric.Help, StringComparison.Ordinal));
    }
}
