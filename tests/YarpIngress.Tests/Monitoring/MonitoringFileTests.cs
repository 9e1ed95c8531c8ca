using System.Text.Json;
using YarpIngress.Kubernetes;

namespace YarpIngress.Tests.Monitoring;

public sealed class MonitoringFileTests
{
    private static readonly bool Rewrite = Environment.GetEnvironmentVariable("YARPINGRESS_GOLDEN") == "rewrite";

    [Fact]
    public async Task Rules_are_what_Prometheus_takes_and_alerts_fire_when_they_should()
    {
        var directory = Directory.CreateTempSubdirectory("yarp-ingress-rules-");
        try
        {
            var tests = Path.Combine(MonitoringFiles.Repository, "tests", "YarpIngress.Tests", "Monitoring", "rules.test.yaml");
            await File.WriteAllTextAsync(
                Path.Combine(directory.FullName, "rules.yaml"), MonitoringFiles.Rules, TestContext.Current.CancellationToken);
            File.Copy(tests, Path.Combine(directory.FullName, "rules.test.yaml"));
            foreach (var arguments in (string[][])[["check", "rules", "--lint-fatal", "rules.yaml"], ["test", "rules", "rules.test.yaml"]])
            {
                var (code, output) = await PrometheusTool.RunAsync(null, directory.FullName, arguments);
                Assert.True(code == 0, output);
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Made_files_are_equal_to_what_they_are_made_of()
    {
        foreach (var (name, text) in MonitoringFiles.Made)
        {
            var path = Path.Combine(MonitoringFiles.Directory, name);
            if (Rewrite)
                await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
            Assert.Equal(text, File.Exists(path) ? await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken) : "");
            Assert.Single(ManifestReader.ReadText(text));
        }
    }

    [Fact]
    public void Every_alert_says_what_it_means_and_what_to_do_and_is_in_the_docs()
    {
        var docs = File.ReadAllText(Path.Combine(MonitoringFiles.Repository, "docs", "observability.md"));
        var alerts = MonitoringFiles.Rules.Split("      - alert: ").Skip(1).ToArray();
        Assert.NotEmpty(alerts);
        foreach (var alert in alerts)
        {
            var name = alert.Split('\n')[0];
            foreach (var part in (string[])["severity: ", "summary: ", "description: ", "action: "])
                Assert.True(alert.Contains(part, StringComparison.Ordinal), $"{name} has no {part}");
            Assert.True(docs.Contains($"`{name}`", StringComparison.Ordinal), $"{name} is not in docs/observability.md");
        }
    }

    [Fact]
    public void Panels_of_dashboards_do_not_overlap_and_all_ask_the_chosen_data_source()
    {
        foreach (var name in (string[])["grafana-overview.json", "grafana-ingress.json"])
        {
            using var dashboard = JsonDocument.Parse(MonitoringFiles.Read(name));
            var places = new HashSet<(int, int)>();
            foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
            {
                var grid = panel.GetProperty("gridPos");
                int Of(string side) => grid.GetProperty(side).GetInt32();
                for (var x = Of("x"); x < Of("x") + Of("w"); x++)
                    for (var y = Of("y"); y < Of("y") + Of("h"); y++)
                        Assert.True(places.Add((x, y)) && x < 24, $"{name}: {panel.GetProperty("title")} overlaps at {x},{y}");
                if (panel.TryGetProperty("datasource", out var source))
                    Assert.Equal("${datasource}", source.GetProperty("uid").GetString());
            }
        }
    }
}
