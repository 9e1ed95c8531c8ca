using YarpIngress.Chart.Tests.Values;

namespace YarpIngress.Chart.Tests;

/// <summary>What is made of the chart, or of which the chart is made, fits it.</summary>
public sealed class GeneratedFileTests
{
    [Fact]
    public void The_schema_is_that_of_the_values() =>
        ChartFiles.AssertMade(Path.Combine(ChartFiles.Chart, "values.schema.json"), ValuesSchema.Of(ChartFiles.Values()));

    [Fact]
    public void The_readme_lists_every_value() =>
        ChartFiles.AssertMade(
            Path.Combine(ChartFiles.Chart, "README.md"), ValuesTable.In(ChartFiles.Read("README.md"), ChartFiles.Values()));

    [Fact]
    public void Every_value_is_described() => Assert.Empty(ValuesTable.Undocumented(ChartFiles.Values()));

    [Fact]
    public void A_description_may_have_several_lines() => Assert.Equal(
        "Ports, and what is behind them.",
        new CommentedValues("# -- Ports, and what is\n# behind them.\n# @schema {}\ntcp: {}\n").Of(["tcp"])?.Doc);

    [Fact]
    public void The_chart_ships_the_rules_of_the_manifests() => ChartFiles.AssertMade(
        Path.Combine(ChartFiles.Chart, "files", "rules.yaml"),
        File.ReadAllText(Path.Combine(ChartFiles.Manifests, "monitoring", "rules.yaml")));

    [Fact]
    public void Plain_manifests_are_those_of_the_chart()
    {
        foreach (var profile in ChartFiles.Profiles)
            foreach (var (name, text) in PlainManifests.Of(profile))
                ChartFiles.AssertMade(Path.Combine(ChartFiles.Manifests, profile, name), text);
        foreach (var (name, text) in PlainManifests.Webhook())
            ChartFiles.AssertMade(Path.Combine(ChartFiles.Manifests, "webhook", name), text);
    }

    [Fact]
    public void Every_profile_of_the_chart_has_manifests() => Assert.Equal(
        ChartFiles.Profiles,
        Directory.EnumerateFiles(Path.Combine(ChartFiles.Chart, "profiles")).Select(Path.GetFileNameWithoutExtension).Order());
}
