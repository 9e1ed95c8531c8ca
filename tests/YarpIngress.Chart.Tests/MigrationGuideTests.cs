using System.Text.RegularExpressions;
using YarpIngress.Options;

namespace YarpIngress.Chart.Tests;

/// <summary>What docs/migrate-from-ingress-nginx.md tells people to apply does what it says.</summary>
public sealed partial class MigrationGuideTests
{
    [Theory]
    [InlineData("beside", false, "yarp-ingress/yarp-ingress")]
    [InlineData("takeover", true, "yarp-ingress/yarp-ingress")]
    [InlineData("same-address", true, "yarp-ingress/ingress-nginx-controller")]
    public void The_kustomizations_serve_the_Ingresses_of_ingress_nginx(string name, bool writesStatus, string publishes)
    {
        var kustomization = File.ReadAllText(Path.Combine(ChartFiles.Repository, "examples", "migration", name, "kustomization.yaml"));
        var options = OptionsOf(
            RenderedChart.With(ChartFiles.Profile("nodeport")), Added().Matches(kustomization).Select(match => match.Groups[1].Value));
        AssertServesNginx(options);
        Assert.Equal(writesStatus, options.UpdateStatus);
        Assert.Equal(publishes, options.PublishService.ToString());
    }

    [Fact]
    public void The_values_for_Helm_are_those_of_the_kustomization()
    {
        var guide = File.ReadAllText(Path.Combine(ChartFiles.Repository, "docs", "migrate-from-ingress-nginx.md"));
        var values = ValuesInGuide().Match(guide).Groups[1].Value;
        var chart = RenderedChart.With(values);
        var options = OptionsOf(chart, []);
        AssertServesNginx(options);
        Assert.False(options.UpdateStatus);
        Assert.True(options.DisableSyncEvents);
        // It is ingress-nginx's own.
        Assert.DoesNotContain(chart.Objects, item => item.Kind == "IngressClass");
    }

    private static void AssertServesNginx(ControllerOptions options) =>
        Assert.Equal(("nginx", "k8s.io/ingress-nginx"), (options.IngressClass, options.ControllerClass));

    private static ControllerOptions OptionsOf(RenderedChart chart, IEnumerable<string> added)
    {
        var container = chart.Objects.Single(item => item.Kind == "Deployment").Object["spec"]!["template"]!["spec"]!["containers"]![0]!;
        var arguments = container["args"]!.AsArray().Select(argument => argument!.GetValue<string>()).Concat(added)
            .Select(argument => argument.Replace("$(POD_NAMESPACE)", "yarp-ingress", StringComparison.Ordinal));
        var line = CommandLineParser.Parse([.. arguments], _ => null);
        OptionsValidation.Check(line.Options);
        return line.Options;
    }

    [GeneratedRegex(@"value: (--[^}]+)}")]
    private static partial Regex Added();

    [GeneratedRegex(@"```yaml\n(controller:\n.*?)```", RegexOptions.Singleline)]
    private static partial Regex ValuesInGuide();
}
