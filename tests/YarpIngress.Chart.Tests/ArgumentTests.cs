using YarpIngress.Chart.Tests.Templates;
using YarpIngress.Options;

namespace YarpIngress.Chart.Tests;

public sealed class ArgumentTests
{
    [Theory]
    [MemberData(nameof(TestValues.Names), MemberType = typeof(TestValues))]
    public void The_controller_takes_the_flags_and_each_has_an_effect(string name)
    {
        var workloads = RenderedChart.With(TestValues.All[name]).Objects.Where(item => item.Kind is "Deployment" or "DaemonSet")
            .Select(item => item.Object["spec"]!["template"]!["spec"]!["containers"]![0]!)
            .Where(container => container["name"]!.GetValue<string>() == "controller").ToList();
        Assert.NotEmpty(workloads);
        foreach (var container in workloads)
        {
            var arguments = container["args"]!.AsArray().Select(argument => argument!.GetValue<string>().Replace(
                "$(POD_NAMESPACE)", "yarp-ingress", StringComparison.Ordinal));
            var line = CommandLineParser.Parse([.. arguments], _ => null);
            OptionsValidation.Check(line.Options);
            // What users bring along themselves may have none.
            Assert.All(line.NoMeaning, flag => Assert.Equal("enable-ssl-chain-completion", flag.Name));
            Assert.Empty(line.Arguments);
        }
    }

    [Fact]
    public void A_pod_has_time_to_drain()
    {
        var pod = RenderedChart.With("").Objects.Single(item => item.Kind == "Deployment").Object["spec"]!["template"]!["spec"]!;
        var arguments = pod["containers"]![0]!["args"]!.AsArray().Select(argument => argument!.GetValue<string>());
        var options = CommandLineParser.Parse([.. arguments.Where(argument => argument.Contains("grace", StringComparison.Ordinal))], _ => null).Options;
        var drain = options.ShutdownGracePeriod + options.PostShutdownGracePeriod;
        Assert.True(drain.TotalSeconds < pod["terminationGracePeriodSeconds"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("/healthz", false)]
    [InlineData("/is-dynamic-lb-initialized", true)]
    public void Probes_of_ingress_nginx_tell_alive_from_ready(string path, bool hasFlag)
    {
        var probe = $"{{httpGet: {{path: {path}, port: 10254}}}}";
        var controller = RenderedChart.With($"controller: {{healthCheckPath: {path}, livenessProbe: {probe}, readinessProbe: {probe}}}")
            .Objects.Single(item => item.Kind == "Deployment").Object["spec"]!["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal(path, controller["livenessProbe"]!["httpGet"]!["path"]!.GetValue<string>());
        Assert.Equal("/readyz", controller["readinessProbe"]!["httpGet"]!["path"]!.GetValue<string>());
        Assert.Equal(hasFlag, controller["args"]!.AsArray().Any(argument => argument!.GetValue<string>() == $"--health-check-path={path}"));
    }

    [Theory]
    [MemberData(nameof(RefusedValues.Contradictions), MemberType = typeof(RefusedValues))]
    public void Values_that_contradict_each_other_are_refused_with_a_sentence(string values, string message) =>
        Assert.Contains(message, Assert.Throws<TemplateException>(() => RenderedChart.With(values)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("nodeport", "{.nodePort}")]
    [InlineData("loadbalancer", "--watch")]
    [InlineData("daemonset-hostnetwork", "serves on its ports 8080 and 8443")]
    [InlineData("bare", "serves on its ports 80 and 443")]
    public void The_notes_say_what_to_do_next(string name, string words) =>
        Assert.Contains(words, RenderedChart.With(TestValues.All[name]).Notes, StringComparison.Ordinal);

    [Fact]
    public void The_notes_of_a_Service_within_the_cluster_say_how_to_forward_it() => Assert.Contains(
        "port-forward", RenderedChart.With("controller: {service: {type: ClusterIP}}").Notes, StringComparison.Ordinal);
}
